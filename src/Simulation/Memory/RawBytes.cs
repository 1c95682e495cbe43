namespace AsyncOpt.Simulation.Memory;

/// <summary>Plain memory as bytes, to be written and read as it is.</summary>
readonly unsafe struct RawBytes
{
    // A page: where a whole one is zero it is not written, so what was never touched stays untouched.
    const int Page = 4096;

    // Streams take spans of up to 2^31 bytes.
    const long Piece = 1L << 30;

    readonly byte* _start;
    readonly long _length;

    // How many such runs there are, and bytes from one to the next.
    readonly long _runs;
    readonly long _stride;

    RawBytes(void* start, long length, long runs = 1, long stride = 0)
    {
        _start = (byte*)start;
        (_length, _runs, _stride) = (length, runs, stride);
    }

    public static RawBytes Of<T>(NativeSpan<T> array)
        where T : unmanaged => new(array.Pointer, array.Bytes);

    /// <summary>The places of some agents, each of the same length.</summary>
    /// <param name="array">The array.</param>
    /// <param name="length">Items per agent.</param>
    /// <param name="agents">The agents' ranks.</param>
    public static RawBytes Of<T>(NativeSpan<T> array, long length, AgentRange agents)
        where T : unmanaged =>
        new(array.Pointer + (agents.First * length), agents.Count * length * sizeof(T));

    /// <summary>Runs of equal length at equal distances, one after the other.</summary>
    /// <param name="start">The first one.</param>
    /// <param name="length">Bytes of each.</param>
    /// <param name="runs">How many there are.</param>
    /// <param name="stride">Bytes from one to the next.</param>
    public static RawBytes Of(void* start, long length, long runs, long stride) => length == stride
        ? new(start, length * runs)
        : new(start, length, runs, stride);

    public void Save(Stream to)
    {
        for (long run = 0; run < _runs; run++)
        {
            for (long at = 0; at < _length; at += Piece)
                to.Write(Span((run * _stride) + at, Math.Min(Piece, _length - at)));
        }
    }

    public void Load(Stream from)
    {
        for (long run = 0; run < _runs; run++)
        {
            for (long at = 0; at < _length; at += Piece)
                from.ReadExactly(Span((run * _stride) + at, Math.Min(Piece, _length - at)));
        }
    }

    /// <summary>Writes what is not zero, by pages.</summary>
    public void SaveSparse(BinaryWriter to)
    {
        for (long at = 0; at < _length; at += Page)
        {
            var page = Span(at, Math.Min(Page, _length - at));
            if (!page.ContainsAnyExcept((byte)0))
                continue;
            to.Write(at);
            to.Write(page);
        }
        to.Write(-1L);
    }

    /// <summary>Reads what <see cref="SaveSparse"/> wrote into memory that is zero.</summary>
    public void LoadSparse(BinaryReader from)
    {
        while (from.ReadInt64() is var at and >= 0)
            from.BaseStream.ReadExactly(Span(at, Math.Min(Page, _length - at)));
    }

    Span<byte> Span(long at, long length) => new(_start + at, (int)length);
}
