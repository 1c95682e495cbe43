using AsyncOpt.Core;

namespace AsyncOpt.Grains.Runs;

/// <summary>Keeps runs in a folder that all silos see: a folder for each run, a file for each name.</summary>
sealed class FileRunStore : IRunStore
{
    // No name begins with a dot, so what is half written or half deleted is never listed.
    const string Hidden = ".";

    readonly string _folder;

    /// <summary>Opens the store.</summary>
    /// <param name="folder">Its folder, made if it is not there.</param>
    /// <exception cref="InputException">It cannot be made.</exception>
    public FileRunStore(string folder)
    {
        _folder = Path.GetFullPath(folder);
        try
        {
            Directory.CreateDirectory(_folder);
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            throw new InputException(
                $"runs cannot be kept in {_folder}: {StorageException.Cause(_folder, e)} "
                + "with --store-folder", e);
        }
    }

    /// <inheritdoc/>
    public string PlaceOf(string run, string name) => PathOf(run, name);

    /// <inheritdoc/>
    public async Task Write(string run, string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        var path = PathOf(run, name);
        var partial = Path.Combine(PathOf(run), $"{Hidden}{name}.{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(PathOf(run));
            await using (var stream = new FileStream(partial, FileMode.CreateNew, FileAccess.Write))
            {
                await stream.WriteAsync(bytes, cancellation);
                stream.Flush(flushToDisk: true);
            }
            File.Move(partial, path, overwrite: true);
        }
        catch (Exception e)
        {
            Discard(partial);
            if (StorageException.Is(e))
                throw StorageException.Writing(path, e);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<byte[]?> Read(string run, string name, CancellationToken cancellation)
    {
        try
        {
            return await File.ReadAllBytesAsync(PathOf(run, name), cancellation);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            throw StorageException.Reading(PathOf(run, name), e);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> Names(string run, CancellationToken cancellation)
    {
        var folder = PathOf(run);
        return Task.FromResult(Directory.Exists(folder) ? Listed(folder, Directory.GetFiles) : []);
    }

    /// <inheritdoc/>
    public Task Delete(string run, string? name, CancellationToken cancellation)
    {
        try
        {
            if (name is not null)
                File.Delete(PathOf(run, name));
            else
                DeleteFolder(PathOf(run));
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing is kept of the run.
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            var path = name is null ? PathOf(run) : PathOf(run, name);
            throw new StorageException($"{path}: cannot be deleted: {StorageException.Cause(path, e)}", e);
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> Runs(CancellationToken cancellation) =>
        Task.FromResult(Listed(_folder, Directory.GetDirectories));

    // Hidden first: a run that is half deleted is not there.
    void DeleteFolder(string folder)
    {
        var hidden = Path.Combine(_folder, $"{Hidden}{Path.GetFileName(folder)}.{Guid.NewGuid():N}");
        Directory.Move(folder, hidden);
        Directory.Delete(hidden, recursive: true);
    }

    // What failed is what is to be told, not that its remains cannot be deleted either. A run of which nothing is kept
    // leaves no folder.
    static void Discard(string partial)
    {
        try
        {
            File.Delete(partial);
            var folder = Path.GetDirectoryName(partial)!;
            if (!Directory.EnumerateFileSystemEntries(folder).Any())
                Directory.Delete(folder);
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            // Its name is hidden, so it is never listed.
        }
    }

    string PathOf(string run) => Path.Combine(_folder, RunNames.Checked(run));

    string PathOf(string run, string name) => Path.Combine(PathOf(run), RunNames.Checked(name));

    static IReadOnlyList<string> Listed(string folder, Func<string, string[]> entries)
    {
        try
        {
            return
            [
                .. entries(folder).Select(p => Path.GetFileName(p)).Where(RunNames.IsName)
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            throw StorageException.Reading(folder, e);
        }
    }
}
