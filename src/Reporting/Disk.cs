using System.Runtime.InteropServices;

namespace AsyncOpt.Reporting;

/// <summary>
/// What writing results asks of the file system, each a call that can fail: tests put a disk in its place that does.
/// Paths are absolute or relative to the current folder.
/// </summary>
public partial class Disk
{
    const int BufferBytes = 1 << 16;

    // Of Unix: what a folder says that cannot be written through, as some over a network.
    const int Invalid = 22, NotSupported = 95;

    /// <summary>That of this machine.</summary>
    public static Disk Here { get; } = new();

    /// <summary>Makes a folder and those above it, where they are not there.</summary>
    public virtual void CreateFolder(string path) => Directory.CreateDirectory(path);

    /// <summary>Makes a file, in place of what was there, and opens it for writing.</summary>
    public virtual Stream Create(string path) =>
        new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, BufferBytes);

    /// <summary>
    /// Waits until what was written to a file, or the names in a folder, would be there after a loss of power.
    /// </summary>
    public virtual void Sync(string path)
    {
        if (Directory.Exists(path))
        {
            SyncFolder(path);
            return;
        }
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>Gives a file another name, in place of what had it, at once.</summary>
    public virtual void MoveFile(string from, string to) => File.Move(from, to, overwrite: true);

    /// <summary>Gives a folder another name that is free, at once.</summary>
    public virtual void MoveFolder(string from, string to) => Directory.Move(from, to);

    /// <summary>Deletes a file; also where there is none.</summary>
    public virtual void DeleteFile(string path) => File.Delete(path);

    /// <summary>Deletes a folder with all that is in it.</summary>
    public virtual void DeleteFolder(string path) => Directory.Delete(path, recursive: true);

    // .NET opens no folders. Windows keeps names by itself.
    static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        var folder = Open(path, 0);
        if (folder < 0)
            throw Failed(path, Marshal.GetLastPInvokeError());
        var error = Flush(folder) < 0 ? Marshal.GetLastPInvokeError() : 0;
        _ = Close(folder);
        if (error is not (0 or Invalid or NotSupported))
            throw Failed(path, error);
    }

    static IOException Failed(string path, int error) =>
        new($"{Marshal.GetPInvokeErrorMessage(error)} : '{path}'", error);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
