using System.Buffers.Binary;
using System.IO.Compression;

namespace AsyncOpt.Core.Data;

/// <summary>
/// Unpacks a gzip file and fails at its end when the file was cut short, which <see cref="GZipStream"/> passes over in
/// silence: the last four bytes of a whole file are its plain length modulo 2^32 (RFC 1952, ISIZE).
/// </summary>
internal sealed class WholeGzipStream : Stream
{
    readonly GZipStream _inner;
    readonly uint _length;
    uint _read;

    public WholeGzipStream(FileStream file)
    {
        byte[] tail = new byte[4];
        file.Position = Math.Max(0, file.Length - tail.Length);
        file.ReadAtLeast(tail, tail.Length, false);
        _length = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        file.Position = 0;
        _inner = new(file, CompressionMode.Decompress);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int count = _inner.Read(buffer);
        if (count == 0 && buffer.Length > 0 && _read != _length)
            throw new InvalidDataException("it ends too early, or it has several gzip members and must be packed anew");
        _read = unchecked(_read + (uint)count);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _inner.Dispose();
        base.Dispose(disposing);
    }
}
