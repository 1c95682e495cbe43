using AsyncOpt.Core;

namespace AsyncOpt.Grains.Runs;

/// <summary>
/// The folder of this process for files that are needed only while it runs, below that of temporary files. It goes with
/// the process; what a process that was killed has left is deleted by the next one.
/// </summary>
sealed class WorkFolder : IDisposable
{
    const string Prefix = "asyncopt-silo-", LockFile = "lock";

    // Silos of one process begin at once.
    static readonly Lock Making = new();

    FileStream? _lock;
    string? _path;

    /// <summary>Makes a folder in it.</summary>
    /// <exception cref="StorageException">It cannot be made.</exception>
    public string New() => Told(() =>
    {
        lock (Making)
            _path ??= Make();
        return Directory.CreateDirectory(Path.Combine(_path, Guid.NewGuid().ToString("n"))).FullName;
    });

    /// <summary>Does some work with a folder in it, which goes with the work.</summary>
    /// <exception cref="StorageException">Something there cannot be written.</exception>
    public T Use<T>(Func<string, T> work)
    {
        var folder = New();
        try
        {
            return Told(() => work(folder));
        }
        finally
        {
            Delete(folder);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_path is null)
            return;
        Delete(_path);
        _lock?.Dispose();
        _path = null;
    }

    string Make()
    {
        foreach (var folder in Directory.GetDirectories(Path.GetTempPath(), Prefix + "*").Where(IsLeft))
            Delete(folder);
        while (true)
        {
            var path = Directory.CreateTempSubdirectory(Prefix).FullName;
            var file = Path.Combine(path, LockFile);
            _lock = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            // Another one may have taken it for left between the making of the file and the taking of the lock.
            if (File.Exists(file))
                return path;
            _lock.Dispose();
        }
    }

    // Whether the process that held it is no more.
    static bool IsLeft(string folder)
    {
        try
        {
            using var held = new FileStream(
                Path.Combine(folder, LockFile), FileMode.Open, FileAccess.Write, FileShare.None);
            return true;
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            return false; // it is held, is just being made, or is another user's
        }
    }

    /// <summary>Deletes one of its folders.</summary>
    public static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            // What cannot be deleted keeps nothing from going on.
        }
    }

    static T Told<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (StorageException e)
        {
            throw new StorageException($"{e.Message} with TMPDIR", e);
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            var place = Path.GetTempPath();
            throw new StorageException(
                $"{place}: temporary files cannot be written: {StorageException.Cause(place, e)} with TMPDIR", e);
        }
    }
}
