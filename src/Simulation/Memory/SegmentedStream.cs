namespace AsyncOpt.Simulation.Memory;

/// <summary>
/// Bytes in memory, beyond the length of an array: written once, then read from any position. Its segments can be
/// handed on as they are.
/// </summary>
sealed class SegmentedStream : Stream
{
    // Messages and stores take segments of this length one by one.
    const int SegmentBytes = 8 << 20;

    const int FirstBytes = 1 << 12;

    readonly List<byte[]> _segments;
    readonly int _segmentBytes;
    long _length;

    /// <param name="segmentBytes">Bytes of each segment but the last.</param>
    public SegmentedStream(int segmentBytes = SegmentBytes) => (_segmentBytes, _segments) = (segmentBytes, []);

    /// <summary>The bytes that <see cref="Segments"/> of another stream gave.</summary>
    public SegmentedStream(IEnumerable<ReadOnlyMemory<byte>> segments)
        : this()
    {
        foreach (var segment in segments)
            Write(segment.Span);
        Position = 0;
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position { get; set; }

    /// <summary>All bytes, in order; at least one segment, which may be empty.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Segments()
    {
        var segments = new List<ReadOnlyMemory<byte>>();
        for (var i = 0; i == 0 || (long)i * _segmentBytes < _length; i++)
        {
            var length = (int)Math.Min(_segmentBytes, _length - ((long)i * _segmentBytes));
            segments.Add(i < _segments.Count ? _segments[i].AsMemory(0, length) : default);
        }
        return segments;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var (segment, at) = ((int)(Position / _segmentBytes), (int)(Position % _segmentBytes));
            var take = Math.Min(buffer.Length, _segmentBytes - at);
            Reserve(segment, at + take);
            buffer[..take].CopyTo(_segments[segment].AsSpan(at));
            buffer = buffer[take..];
            Position += take;
            _length = Math.Max(_length, Position);
        }
    }

    public override void WriteByte(byte value) => Write([value]);

    void Reserve(int segment, int length)
    {
        var first = Math.Min(_segmentBytes, Math.Max(FirstBytes, length));
        if (segment == _segments.Count)
            _segments.Add(new byte[segment == 0 ? first : _segmentBytes]);
        if (_segments[segment].Length >= length)
            return;
        var larger = new byte[Math.Min(_segmentBytes, Math.Max(length, 2 * _segments[segment].Length))];
        _segments[segment].CopyTo(larger, 0);
        _segments[segment] = larger;
    }

    public override int Read(Span<byte> buffer)
    {
        var read = 0;
        while (read < buffer.Length && Position < _length)
        {
            var (segment, at) = ((int)(Position / _segmentBytes), (int)(Position % _segmentBytes));
            var take = (int)Math.Min(Math.Min(buffer.Length - read, _segmentBytes - at), _length - Position);
            _segments[segment].AsSpan(at, take).CopyTo(buffer[read..]);
            read += take;
            Position += take;
        }
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Everything is in memory.
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Current => Position,
        SeekOrigin.End => _length,
        _ => 0,
    };

    public override void SetLength(long value) => throw new NotSupportedException();
}
