using System.Diagnostics;
using System.Text;
using AsyncOpt.Core;

namespace AsyncOpt.Reporting;

/// <summary>Files and folders that appear whole or not at all.</summary>
public static class AtomicFile
{
    const string Partial = "partial", Old = "old";

    const int BufferedCharacters = 1 << 14;

    static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>A writer of text to a stream, which it closes: UTF-8, lines end with LF.</summary>
    public static StreamWriter TextOf(Stream stream) =>
        new(stream, Encoding, BufferedCharacters) { NewLine = "\n" };

    /// <summary>Writes a text file beside its place, then renames it there.</summary>
    /// <exception cref="StorageException">It cannot be written; what was there stays.</exception>
    public static void Write(string path, Action<TextWriter> content) => Write(path, Disk.Here, survives: false, to =>
    {
        using var writer = TextOf(to);
        content(writer);
    });

    /// <summary>Writes a file beside its place, then renames it there.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="disk">Where it lies.</param>
    /// <param name="survives">Whether it is to be there after a loss of power, once this returns.</param>
    /// <param name="content">Writes what is in it.</param>
    /// <exception cref="StorageException">It cannot be written; what was there stays.</exception>
    public static void Write(string path, Disk disk, bool survives, Action<Stream> content)
    {
        var full = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(full)!;
        var partial = Path.Combine(folder, Sibling(full, Partial));
        try
        {
            disk.CreateFolder(folder);
            using (var stream = disk.Create(partial))
                content(stream);
            if (survives)
                disk.Sync(partial);
            disk.MoveFile(partial, full);
            if (survives)
                disk.Sync(folder);
        }
        catch (Exception e)
        {
            Discard(() => disk.DeleteFile(partial));
            if (StorageException.Is(e))
                throw StorageException.Writing(path, e);
            throw;
        }
    }

    /// <summary>
    /// Fills a folder beside its place, then renames it there. A folder that is there already is moved aside first and
    /// deleted last, so at no time does its name hold a mixture of old and new results. Files of somebody else in it
    /// come to the new folder.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <param name="isResult">Whether a file is one of the results, by its path in the folder, with '/'.</param>
    /// <param name="fill">Writes the files to the folder that it is given.</param>
    /// <param name="disk">Where it lies; null for that of this machine.</param>
    /// <param name="survives">Whether it is to be there after a loss of power, once this returns.</param>
    /// <exception cref="StorageException">It cannot be written; what was there stays.</exception>
    public static void WriteFolder(
        string path, Func<string, bool> isResult, Action<string> fill, Disk? disk = null, bool survives = false)
    {
        try
        {
            Replace(disk ?? Disk.Here, path, isResult, fill, survives);
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            throw StorageException.Writing(path, e);
        }
    }

    /// <summary>
    /// Brings back what killed processes were about to replace: a folder that was moved aside takes its place again, or
    /// gives what is no result to the new one.
    /// </summary>
    /// <param name="parent">The folder that they are in.</param>
    /// <param name="isResult">Whether a file is one of the results, by its path in its folder, with '/'.</param>
    /// <exception cref="StorageException">They cannot be brought back.</exception>
    public static void Recover(string parent, Func<string, bool> isResult)
    {
        try
        {
            foreach (var aside in Directory.GetDirectories(parent, $".*.{Old}-*"))
            {
                var name = Path.GetFileName(aside);
                var full = Path.Combine(parent, name[1..name.LastIndexOf($".{Old}-", StringComparison.Ordinal)]);
                if (!Leftovers(full, parent, Old).Contains(aside))
                    continue;                           // somebody's who lives
                if (Directory.Exists(full))
                    Clear(Disk.Here, aside, full, isResult);
                else
                    Disk.Here.MoveFolder(aside, full);
            }
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            throw StorageException.Writing(parent, e);
        }
    }

    /// <summary>Deletes the results in a folder, and the folder if nothing else is there.</summary>
    /// <param name="path">The folder; nothing happens where there is none.</param>
    /// <param name="isResult">Whether a file is one of the results, by its path in the folder, with '/'.</param>
    /// <param name="disk">Where they lie; null for that of this machine.</param>
    /// <exception cref="IOException">A file cannot be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">As before.</exception>
    public static void DeleteResults(string path, Func<string, bool> isResult, Disk? disk = null)
    {
        if (!Directory.Exists(path))
            return;
        disk ??= Disk.Here;
        foreach (var file in Results(path, isResult))
            disk.DeleteFile(file);
        foreach (var folder in Folders(path).OrderByDescending(f => f.Length).Append(path))
            DeleteIfEmpty(disk, folder);
    }

    static void Replace(
        Disk disk, string path, Func<string, bool> isResult, Action<string> fill, bool survives)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var parent = Path.GetDirectoryName(full)!;
        disk.CreateFolder(parent);
        var partial = Path.Combine(parent, Sibling(full, Partial));
        foreach (var leftover in Leftovers(full, parent, Partial))
            disk.DeleteFolder(leftover);
        disk.CreateFolder(partial);
        try
        {
            fill(partial);
            if (Directory.Exists(full))
                RefuseClash(full, partial);
            if (survives)
                SyncAll(disk, partial);
            Swap(disk, partial, full, Path.Combine(parent, Sibling(full, Old)));
        }
        catch
        {
            Discard(() => DeleteFolder(disk, partial));
            throw;
        }
        if (survives)
            disk.Sync(parent);
        foreach (var old in Leftovers(full, parent, Old))
            Clear(disk, old, full, isResult);
    }

    static void Swap(Disk disk, string partial, string full, string old)
    {
        if (!Directory.Exists(full))
        {
            disk.MoveFolder(partial, full);
            return;
        }
        disk.MoveFolder(full, old);
        try
        {
            disk.MoveFolder(partial, full);
        }
        catch
        {
            Discard(() => disk.MoveFolder(old, full));
            throw;
        }
    }

    static void SyncAll(Disk disk, string folder)
    {
        foreach (var inside in Folders(folder).Append(folder))
        {
            foreach (var file in Directory.GetFiles(inside))
                disk.Sync(file);
            disk.Sync(inside);
        }
    }

    // A folder of somebody in the place of a result can neither stay nor be deleted.
    static void RefuseClash(string full, string partial)
    {
        var clash = Directory.GetFiles(partial).Select(file => Path.Combine(full, Path.GetFileName(file)))
            .FirstOrDefault(Directory.Exists);
        if (clash is not null)
            throw new StorageException($"{clash}: is a folder where a file is to be written; move it away");
    }

    // Deletes the results of an earlier folder; what else was in it comes to the new one.
    static void Clear(Disk disk, string old, string full, Func<string, bool> isResult)
    {
        DeleteResults(old, isResult, disk);
        if (Directory.Exists(old))
            MoveInto(disk, old, full);
    }

    static void MoveInto(Disk disk, string from, string to)
    {
        disk.CreateFolder(to);
        foreach (var file in Directory.GetFiles(from))
        {
            var place = Path.Combine(to, Path.GetFileName(file));
            if (!Path.Exists(place))
                disk.MoveFile(file, place);
        }
        foreach (var folder in Directory.GetDirectories(from))
        {
            var place = Path.Combine(to, Path.GetFileName(folder));
            if (!Path.Exists(place))
                disk.MoveFolder(folder, place);
            else if (Directory.Exists(place))
                MoveInto(disk, folder, place);
        }
        DeleteIfEmpty(disk, from);
    }

    static List<string> Results(string path, Func<string, bool> isResult) =>
    [
        .. Folders(path).Append(path).SelectMany(Directory.GetFiles)
            .Where(file => isResult(Path.GetRelativePath(path, file).Replace(Path.DirectorySeparatorChar, '/'))),
    ];

    // All folders below, without going through links.
    static string[] Folders(string path) => Directory.GetDirectories(path, "*", new EnumerationOptions
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
        IgnoreInaccessible = false,
    });

    static void DeleteIfEmpty(Disk disk, string folder)
    {
        if (!Directory.EnumerateFileSystemEntries(folder).Any())
            disk.DeleteFolder(folder);
    }

    // The process id keeps two processes that write to one place from mixing their files.
    static string Sibling(string full, string what) => $".{Path.GetFileName(full)}.{what}-{Environment.ProcessId}";

    // What this process, or one that is no more, left beside the place when it was killed.
    static List<string> Leftovers(string full, string parent, string what)
    {
        var prefix = $".{Path.GetFileName(full)}.{what}-";
        return
        [
            .. from folder in Directory.GetDirectories(parent, prefix + "*")
               where int.TryParse(Path.GetFileName(folder).AsSpan(prefix.Length), out var id) && !IsOther(id)
               select folder,
        ];
    }

    static bool IsOther(int id)
    {
        if (id == Environment.ProcessId)
            return false;
        try
        {
            using var process = Process.GetProcessById(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;                               // there is none of that id
        }
    }

    // What failed is what is to be told, not that its remains cannot be deleted either.
    static void Discard(Action delete)
    {
        try
        {
            delete();
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            // It has no name of a result, and the next run deletes it.
        }
    }

    static void DeleteFolder(Disk disk, string path)
    {
        if (Directory.Exists(path))
            disk.DeleteFolder(path);
    }
}
