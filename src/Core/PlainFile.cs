using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace AsyncOpt.Core;

/// <summary>
/// Opens files that users name. A device has no end, and a named pipe keeps whoever opens it waiting until somebody
/// writes: both are refused, on Linux before they are opened.
/// </summary>
public static partial class PlainFile
{
    /// <summary>The most bytes of a text that is read as a whole.</summary>
    public const int WholeBytesMax = 1 << 26;

    const int BufferBytes = 1 << 16;

    // Of Linux: paths are relative to the current folder, the type of the file is asked for, and where it is told.
    const int CurrentFolder = -100, TypeMask = 1, StatBytes = 256, ModeAt = 28;

    const int Types = 0xF000, Folder = 0x4000, Regular = 0x8000, Pipe = 0x1000;

    /// <summary>Opens a file for reading.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="bufferBytes">How many bytes are read ahead; 0 for who reads many at once.</param>
    /// <exception cref="IOException">It is missing, is no file, or cannot be opened.</exception>
    public static FileStream Open(string path, int bufferBytes = 4096)
    {
        Require(path);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferBytes);
    }

    /// <summary>Reads a whole file of at most <see cref="WholeBytesMax"/> bytes.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="fromShell">Whether it may be a pipe that the shell has opened, such as <c>/dev/stdin</c>.</param>
    /// <exception cref="IOException">As for <see cref="Open"/>, or it is longer.</exception>
    public static byte[] ReadBytes(string path, bool fromShell = false)
    {
        Require(path, fromShell);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0);
        using var whole = new MemoryStream();
        var buffer = new byte[(int)Math.Clamp(file.CanSeek ? file.Length + 1 : BufferBytes, 1 << 10, BufferBytes)];
        while (file.Read(buffer) is > 0 and var count)
        {
            if (whole.Length + count > WholeBytesMax)
            {
                throw new IOException(
                    $"it is longer than {WholeBytesMax >> 20} MiB, the most that is read of such a file");
            }
            whole.Write(buffer.AsSpan(0, count));
        }
        return whole.ToArray();
    }

    /// <summary>The same as text in UTF-8, or in the encoding that its byte order mark names.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="IOException">As for <see cref="ReadBytes"/>.</exception>
    public static string ReadText(string path)
    {
        using var reader = new StreamReader(new MemoryStream(ReadBytes(path)));
        return reader.ReadToEnd();
    }

    /// <summary>Refuses what is there and is no file: a device, a pipe, a socket.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="fromShell">Whether it may be a pipe that the shell has opened.</param>
    /// <exception cref="IOException">It is none.</exception>
    public static void Require(string path, bool fromShell = false)
    {
        var type = TypeOf(path);
        if (type is 0 or Folder or Regular || (type == Pipe && fromShell && IsOfShell(path)))
            return;
        throw new IOException($"it is {(type == Pipe ? "a pipe" : "a device")}, and no file");
    }

    // These are open already, so that nobody waits for who writes them.
    static bool IsOfShell(string path) =>
        path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal);

    // 0 where it is not known.
    static int TypeOf(string path)
    {
        if (!OperatingSystem.IsLinux() || path.Contains('\0', StringComparison.Ordinal))
            return 0;
        Span<byte> stat = stackalloc byte[StatBytes];
        return Stat(CurrentFolder, path, 0, TypeMask, stat) == 0
            ? BinaryPrimitives.ReadUInt16LittleEndian(stat[ModeAt..]) & Types
            : 0;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(int folder, string path, int flags, uint mask, Span<byte> stat);
}
