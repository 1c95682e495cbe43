using System.Diagnostics;
using System.Text;
using AsyncOpt.Core;

namespace AsyncOpt.Reporting;

/// <summary>Files and folders that appear whole or not at all.</summary>
public static class AtomicFile
{
    const int BufferedCharacters = 1 << 14;

    static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Opens a text file for writing: UTF-8, lines end with LF.</summary>
    public static StreamWriter Open(string path) =>
        new(path, append: false, Encoding, BufferedCharacters) { NewLine = "\n" };

    /// <summary>Writes a text file beside its place, then renames it there.</summary>
    /// <exception cref="StorageException">It cannot be written; what was there stays.</exception>
    public static void Write(string path, Action<TextWriter> content)
    {
        var full = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(full)!;
        var partial = Path.Combine(folder, Sibling(full, "partial"));
        try
        {
            Directory.CreateDirectory(folder);
            using (var writer = Open(partial))
                content(writer);
            File.Move(partial, full, overwrite: true);
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            Discard(() => File.Delete(partial));
            throw StorageException.Writing(path, e);
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
    /// <exception cref="StorageException">It cannot be written; what was there stays.</exception>
    public static void WriteFolder(string path, Func<string, bool> isResult, Action<string> fill)
    {
        try
        {
            Replace(path, isResult, fill);
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            throw StorageException.Writing(path, e);
        }
    }

    /// <summary>Deletes the results in a folder, and the folder if nothing else is there.</summary>
    /// <param name="path">The folder; nothing happens where there is none.</param>
    /// <param name="isResult">Whether a file is one of the results, by its path in the folder, with '/'.</param>
    /// <exception cref="IOException">A file cannot be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">As before.</exception>
    public static void DeleteResults(string path, Func<string, bool> isResult)
    {
        if (!Directory.Exists(path))
            return;
        foreach (var file in Results(path, isResult))
            File.Delete(file);
        foreach (var folder in Folders(path).OrderByDescending(f => f.Length).Append(path))
            DeleteIfEmpty(folder);
    }

    static void Replace(string path, Func<string, bool> isResult, Action<string> fill)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var parent = Path.GetDirectoryName(full)!;
        Directory.CreateDirectory(parent);
        var partial = Path.Combine(parent, Sibling(full, "partial"));
        foreach (var leftover in Leftovers(full, parent, "partial"))
            DeleteFolder(leftover);
        Directory.CreateDirectory(partial);
        try
        {
            fill(partial);
            if (Directory.Exists(full))
                RefuseClash(full, partial);
        }
        catch
        {
            Discard(() => DeleteFolder(partial));
            throw;
        }

        if (Directory.Exists(full))
            Directory.Move(full, Path.Combine(parent, Sibling(full, "old")));
        Directory.Move(partial, full);
        foreach (var old in Leftovers(full, parent, "old"))
            Clear(old, full, isResult);
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
    static void Clear(string old, string full, Func<string, bool> isResult)
    {
        DeleteResults(old, isResult);
        if (Directory.Exists(old))
            MoveInto(old, full);
    }

    static void MoveInto(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            var place = Path.Combine(to, Path.GetFileName(file));
            if (!Path.Exists(place))
                File.Move(file, place);
        }
        foreach (var folder in Directory.GetDirectories(from))
        {
            var place = Path.Combine(to, Path.GetFileName(folder));
            if (!Path.Exists(place))
                Directory.Move(folder, place);
            else if (Directory.Exists(place))
                MoveInto(folder, place);
        }
        DeleteIfEmpty(from);
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

    static void DeleteIfEmpty(string folder)
    {
        if (!Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Delete(folder);
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

    static void DeleteFolder(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }
}
