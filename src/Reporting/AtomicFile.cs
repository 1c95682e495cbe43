using System.Diagnostics;
using System.Text;
using AsyncOpt.Core;

namespace AsyncOpt.Reporting;

/// <summary>Files and folders that appear whole or not at all.</summary>
public static class AtomicFile
{
    static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Opens a text file for writing: UTF-8, lines end with LF.</summary>
    public static StreamWriter Open(string path) => new(path, append: false, Encoding) { NewLine = "\n" };

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
    /// deleted last, so at no time does its name hold a mixture.
    /// </summary>
    /// <exception cref="StorageException">It cannot be written; what was there stays.</exception>
    public static void WriteFolder(string path, Action<string> fill)
    {
        try
        {
            Replace(path, fill);
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            throw StorageException.Writing(path, e);
        }
    }

    static void Replace(string path, Action<string> fill)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var parent = Path.GetDirectoryName(full)!;
        Directory.CreateDirectory(parent);
        var partial = Path.Combine(parent, Sibling(full, "partial"));
        var old = Path.Combine(parent, Sibling(full, "old"));
        foreach (var leftover in Leftovers(full, parent))
            DeleteFolder(leftover);
        Directory.CreateDirectory(partial);
        try
        {
            fill(partial);
        }
        catch
        {
            Discard(() => DeleteFolder(partial));
            throw;
        }

        if (Directory.Exists(full))
            Directory.Move(full, old);
        Directory.Move(partial, full);
        DeleteFolder(old);
    }

    // The process id keeps two processes that write to one place from mixing their files.
    static string Sibling(string full, string what) => $".{Path.GetFileName(full)}.{what}-{Environment.ProcessId}";

    // What this process, or one that is no more, left beside the place when it was killed.
    static List<string> Leftovers(string full, string parent) =>
    [
        .. from what in (string[])["partial", "old"]
           let prefix = $".{Path.GetFileName(full)}.{what}-"
           from folder in Directory.GetDirectories(parent, prefix + "*")
           where int.TryParse(Path.GetFileName(folder).AsSpan(prefix.Length), out var id) && !IsOther(id)
           select folder,
    ];

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
