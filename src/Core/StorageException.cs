using System.Security;

namespace AsyncOpt.Core;

/// <summary>
/// The file system does not do what was asked: the disk is full, a folder is gone, there is no permission. The message
/// names the place, the cause and the remedy, and is shown without a stack trace.
/// </summary>
public sealed class StorageException : Exception
{
    // Numbers of errors as the systems give them: those of Unix, and those of Windows, which differ from them.
    static readonly int[] Full = [28, 112], Quota = [122, 69, 1295], ReadOnly = [30, 19], NotAFolder = [20, 267];
    static readonly int[] TooManyFiles = [24, 23, 4], IsThere = [17, 183, 80], IsAFolder = [21];

    /// <param name="message">Place, cause and remedy.</param>
    /// <param name="inner">What the file system said.</param>
    public StorageException(string message, Exception? inner = null)
        : base(message, inner) => HResult = inner?.HResult ?? HResult; // between silos only the number is kept

    /// <summary>Whether there is no space left.</summary>
    public bool IsFull => Full.Contains(HResult & 0xffff) || Quota.Contains(HResult & 0xffff);

    /// <summary>Whether the same may go well a little later, as where a database is started again.</summary>
    public bool MayPass { get; init; }

    /// <summary>Whether an exception is one of the file system.</summary>
    public static bool Is(Exception e) => e is IOException or UnauthorizedAccessException or SecurityException;

    /// <summary>Something that could not be written.</summary>
    /// <param name="path">Where.</param>
    /// <param name="e">What the file system said.</param>
    public static StorageException Writing(string path, Exception e) =>
        new($"{path}: cannot be written: {Cause(path, e)}", e);

    /// <summary>Something that could not be read.</summary>
    /// <param name="path">Where.</param>
    /// <param name="e">What the file system said.</param>
    public static StorageException Reading(string path, Exception e) =>
        new(e is FileNotFoundException
            ? $"{path}: no such file"
            : $"{path}: cannot be read: {Cause(path, e)}", e);

    /// <summary>Cause and remedy in words.</summary>
    /// <param name="path">The place; empty where it is not known.</param>
    /// <param name="e">What the file system said.</param>
    public static string Cause(string path, Exception e)
    {
        var number = e.HResult & 0xffff;
        if (Full.Contains(number))
            return "no space is left on the disk; free some, or choose another place";
        if (Quota.Contains(number))
            return "your quota of disk space is used up; free some, or choose another place";
        if (ReadOnly.Contains(number))
            return "the file system is read-only; choose another place";
        if (TooManyFiles.Contains(number))
            return "too many files are open; raise the limit (ulimit -n), or make fewer runs side by side with --jobs";
        if (e is PathTooLongException)
            return "the path is too long for this file system; choose a shorter one";
        if (FileAbove(path) is { } file)
            return $"{file} is a file where a folder is needed; move it away, or choose another place";
        if (Directory.Exists(path)
            && (e is UnauthorizedAccessException || NotAFolder.Contains(number) || IsAFolder.Contains(number)))
            return "there is a folder of that name, or no permission; choose another place";
        if (IsThere.Contains(number) || e.Message.StartsWith("Cannot create '", StringComparison.Ordinal))
            return "a file of that name is there already; move it away, or choose another place";
        return e switch
        {
            UnauthorizedAccessException or SecurityException =>
                "there is no permission; change it, or choose another place",
            DirectoryNotFoundException =>
                "the folder is not there, or no longer; make it, or choose another place",
            FileNotFoundException => "it is not there, or no longer; choose another place",
            _ => e.Message.Split('\n')[0].TrimEnd('.', '\r') + "; choose another place",
        };
    }

    // The file among what should be the folders above a path.
    static string? FileAbove(string path)
    {
        for (var at = path.Length == 0 ? null : Path.GetDirectoryName(Path.GetFullPath(path)); at is not null;
            at = Path.GetDirectoryName(at))
            if (File.Exists(at))
                return at;
        return null;
    }
}
