using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AsyncOpt.Core;
using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Reporting.Checkpoints;

/// <summary>
/// A checkpoint as a file: 8 bytes <c>asyncopt</c>, the version and the length of the head in 4 bytes each, the head as
/// JSON, the state of the run compressed with Brotli, the SHA-256 of all before it. Numbers are little-endian. Nothing
/// is read of a file before its checksum is found right.
/// </summary>
static class CheckpointFile
{
    /// <summary>Raised when the form changes.</summary>
    public const int Version = 1;

    const int FixedBytes = 16, HeadMax = 1 << 26, BufferBytes = 1 << 16;

    static ReadOnlySpan<byte> Mark => "asyncopt"u8;

    /// <summary>Writes a checkpoint.</summary>
    /// <param name="to">Receives it.</param>
    /// <param name="head">What it says of its run.</param>
    /// <param name="state">Writes the state.</param>
    public static void Write(Stream to, CheckpointHead head, Action<Stream> state)
    {
        using var sum = SHA256.Create();
        using (var all = new CryptoStream(to, sum, CryptoStreamMode.Write, leaveOpen: true))
        {
            var text = Encoding.UTF8.GetBytes(GatewayJson.Write(head));
            Span<byte> numbers = stackalloc byte[FixedBytes - Mark.Length];
            BinaryPrimitives.WriteInt32LittleEndian(numbers, Version);
            BinaryPrimitives.WriteInt32LittleEndian(numbers[sizeof(int)..], text.Length);
            all.Write(Mark);
            all.Write(numbers);
            all.Write(text);
            using var packed = new BrotliStream(all, CompressionLevel.Fastest, leaveOpen: true);
            using var buffered = new BufferedStream(packed, BufferBytes);
            state(buffered);
        }
        to.Write(sum.Hash);
    }

    /// <summary>Reads the head of a checkpoint that is as it was written.</summary>
    /// <exception cref="DamagedCheckpointException">It is not.</exception>
    public static CheckpointHead Read(string path)
    {
        try
        {
            using var file = PlainFile.Open(path);
            Check(path, file);
            file.Position = 0;
            return Head(path, file);
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            throw new DamagedCheckpointException(path, $"cannot be read: {StorageException.Cause(path, e)}", e);
        }
    }

    /// <summary>Opens the state of a checkpoint whose head was read.</summary>
    /// <exception cref="DamagedCheckpointException">It is not as it was written any more.</exception>
    public static Stream OpenState(string path)
    {
        var file = PlainFile.Open(path);
        _ = Head(path, file);
        return new BufferedStream(new BrotliStream(file, CompressionMode.Decompress), BufferBytes);
    }

    static void Check(string path, FileStream file)
    {
        var left = file.Length - SHA256.HashSizeInBytes;
        if (left < FixedBytes)
            throw new DamagedCheckpointException(path, $"is damaged: it has {file.Length} bytes");
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferBytes];
        while (left > 0)
        {
            var read = file.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
            sum.AppendData(buffer, 0, read);
            left -= read;
        }
        var written = buffer.AsSpan(0, SHA256.HashSizeInBytes);
        file.ReadExactly(written);
        if (!sum.GetHashAndReset().AsSpan().SequenceEqual(written))
            throw new DamagedCheckpointException(path, "is damaged: it no longer has the SHA-256 of what was written");
    }

    static CheckpointHead Head(string path, FileStream file)
    {
        Span<byte> begin = stackalloc byte[FixedBytes];
        file.ReadExactly(begin);
        if (!begin.StartsWith(Mark))
            throw new DamagedCheckpointException(path, "is no checkpoint");
        if (BinaryPrimitives.ReadInt32LittleEndian(begin[Mark.Length..]) is not Version and var version)
        {
            throw new DamagedCheckpointException(
                path, $"is of version {version}, and this program reads version {Version}");
        }
        var length = BinaryPrimitives.ReadInt32LittleEndian(begin[(Mark.Length + sizeof(int))..]);
        if (length is < 0 or > HeadMax || length > file.Length)
            throw new DamagedCheckpointException(path, "is damaged: its head has no length");
        var text = new byte[length];
        file.ReadExactly(text);
        try
        {
            return GatewayJson.Read<CheckpointHead>(Encoding.UTF8.GetString(text));
        }
        catch (JsonException e)
        {
            throw new DamagedCheckpointException(
                path, $"is damaged: {JsonText.Sentence("its head", e, typeof(CheckpointHead))}", e);
        }
    }
}
