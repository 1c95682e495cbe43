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

    RawBytes(void* start, long length)
    {
        _start = (byte*)start;
        _length = length;
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

    public void Save(Stream to)
    {
        for (long at = 0; at < _length; at += Piece)
            to.Write(Span(at, Piece));
    }

    public void Load(Stream from)
    {
        for (long at = 0; at < _length; at += Piece)
            from.ReadExactly(Span(at, Piece));
    }

    /// <summary>Writes what is not zero, by pages.</summary>
    public void SaveSparse(BinaryWriter to)
    {
        for (long at = 0; at < _length; at += Page)
        {
            var page = Span(at, Page);
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
            from.BaseStream.ReadExactly(Span(at, Page));
    }

    Span<byte> Span(long at, long length) => new(_start + at, (int)Math.Min(length, _length - at));
}
