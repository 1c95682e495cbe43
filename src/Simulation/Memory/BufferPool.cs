namespace AsyncOpt.Simulation.Memory;

/// <summary>Buffers of a few dimensions, in native memory, reused.</summary>
/// <param name="arena">Where they lie.</param>
sealed unsafe class BufferPool<T>(Arena arena)
    where T : unmanaged
{
    const int BlockBytes = 1 << 16;

    // The first free buffer of each dimension, which holds where the next is; null for none.
    int[] _dimensions = [];
    nint[] _free = [];

    public long Bytes { get; private set; }

    /// <summary>A buffer of the given number of coordinates, with any contents.</summary>
    public T* Take(int dimension)
    {
        ref var free = ref FreeOf(dimension);
        if (free == 0)
            AddBlock(dimension, ref free);
        var buffer = free;
        free = *(nint*)buffer;
        return (T*)buffer;
    }

    public T* Copy(T* data, int dimension)
    {
        var copy = Take(dimension);
        new ReadOnlySpan<T>(data, dimension).CopyTo(new Span<T>(copy, dimension));
        return copy;
    }

    public void Return(T* buffer, int dimension) => Push((nint)buffer, ref FreeOf(dimension));

    static void Push(nint buffer, ref nint free)
    {
        *(nint*)buffer = free;
        free = buffer;
    }

    ref nint FreeOf(int dimension)
    {
        // A method has very few different dimensions.
        for (var i = 0; i < _dimensions.Length; i++)
        {
            if (_dimensions[i] == dimension)
                return ref _free[i];
        }
        _dimensions = [.. _dimensions, dimension];
        _free = [.. _free, 0];
        return ref _free[^1];
    }

    /// <summary>Bytes from one buffer to the next: whole lines of the cache, where little is lost by it.</summary>
    static nint StrideOf(int dimension)
    {
        const nint line = 64, lossMax = 8;
        var bytes = Math.Max(sizeof(nint), (nint)dimension * sizeof(T));
        var whole = (bytes + line - 1) & -line;
        return whole - bytes <= bytes / lossMax ? whole : bytes;
    }

    void AddBlock(int dimension, ref nint free)
    {
        var stride = StrideOf(dimension);
        var count = Math.Max(1, BlockBytes / stride);
        var block = arena.Take<byte>(count * stride);
        Bytes += block.Bytes;
        for (var i = count - 1; i >= 0; i--)
            Push((nint)block.Pointer + (i * stride), ref free);
    }
}
