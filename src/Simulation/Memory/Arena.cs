namespace AsyncOpt.Simulation.Memory;

/// <summary>
/// Memory for what grows block by block and is given up all at once: the blocks are cut one after the other from few
/// long pieces, which are long enough for huge pages once there is much. Used by one thread at a time.
/// </summary>
sealed unsafe class Arena : IDisposable
{
    // The first piece; each further one is as long as all before it, up to the most.
    const long PieceLeast = 64 << 10;
    const long PieceMost = 32 << 20;

    readonly List<NativeArray<byte>> _pieces = [];
    long _length;
    byte* _next;
    long _left;

    public void Dispose()
    {
        foreach (var piece in _pieces)
            piece.Dispose();
    }

    /// <summary>A block of zeroed memory, 64-byte aligned.</summary>
    byte* Take(long bytes)
    {
        bytes = (bytes + NativeArray.Alignment - 1) & -NativeArray.Alignment;
        if (bytes > _left)
            AddPiece(bytes);
        var block = _next;
        _next += bytes;
        _left -= bytes;
        return block;
    }

    /// <summary>A run of zeroed items.</summary>
    public NativeSpan<T> Take<T>(long length)
        where T : unmanaged => new((T*)Take(length * sizeof(T)), length);

    void AddPiece(long least)
    {
        var piece = new NativeArray<byte>(Math.Max(least, Math.Clamp(_length, PieceLeast, PieceMost)));
        _pieces.Add(piece);
        _length += piece.Length;
        _next = piece.Pointer;
        _left = piece.Length;
    }
}
