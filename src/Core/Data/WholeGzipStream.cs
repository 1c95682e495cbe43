using System.IO.Compression;

namespace AsyncOpt.Core.Data;

/// <summary>
/// Unpacks a gzip file of one or several members and fails at its end when the file was cut short or something else
/// follows, both of which <see cref="GZipStream"/> passes over in silence; what is wrong is said as a predicate.
/// </summary>
/// <remarks>
/// A member of our own is put behind the file. Only where every member before it is whole, and nothing lies between, is
/// its content the last that comes out; it is held back.
/// </remarks>
internal sealed class WholeGzipStream : ReadStream
{
    static readonly byte[] Seal = [.. "The members before this one were whole."u8];
    static readonly byte[] SealMember = Pack(Seal);

    readonly Sealed _file;
    readonly GZipStream _inner;
    readonly byte[] _buffer = new byte[(1 << 16) + Seal.Length];
    int _start, _end;
    bool _isOver;

    public WholeGzipStream(Stream file)
    {
        _file = new(file);
        _inner = new(_file, CompressionMode.Decompress);
    }

    public override int Read(Span<byte> buffer)
    {
        // The last bytes are kept until it is known that they are not the seal.
        while (_end - _start <= Seal.Length && !_isOver)
            Fill();
        int count = Math.Min(buffer.Length, _end - _start - (_isOver ? 0 : Seal.Length));
        _buffer.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    void Fill()
    {
        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        int count = Unpack();
        _end += count;
        if (count > 0)
            return;
        _isOver = true;
        if (!_buffer.AsSpan(_start.._end).EndsWith(Seal))
        {
            throw new InvalidDataException(
                _file.IsExhausted ? "is cut short" : "is followed by something that is not gzip data");
        }
        _end -= Seal.Length;
    }

    int Unpack()
    {
        try
        {
            return _inner.Read(_buffer.AsSpan(_end));
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException("is damaged or cut short", e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _inner.Dispose();
        base.Dispose(disposing);
    }

    static byte[] Pack(byte[] content)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(content);
        return packed.ToArray();
    }

    /// <summary>The file, then the member that seals it.</summary>
    sealed class Sealed(Stream file) : ReadStream
    {
        int _given;

        /// <summary>Whether more was asked for than there is.</summary>
        public bool IsExhausted { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            int count = file.Read(buffer);
            if (count > 0 || buffer.Length == 0)
                return count;
            count = Math.Min(buffer.Length, SealMember.Length - _given);
            SealMember.AsSpan(_given, count).CopyTo(buffer);
            _given += count;
            IsExhausted = count == 0;
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                file.Dispose();
            base.Dispose(disposing);
        }
    }
}
