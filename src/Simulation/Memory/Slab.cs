using System.Runtime.CompilerServices;

namespace AsyncOpt.Simulation.Memory;

/// <summary>
/// Reusable numbered places for plain records, in native memory; it grows block by block, so that a record never
/// moves, and never shrinks. Freed places are taken first.
/// </summary>
/// <param name="arena">Where its memory lies.</param>
sealed unsafe class Slab<T>(Arena arena)
    where T : unmanaged
{
    const int BlockShift = 10;
    const int BlockItems = 1 << BlockShift;

    int _blocks;
    nint[] _starts = new nint[4];
    int[] _next = new int[BlockItems];
    int _free = -1;
    int _used;

    public long Bytes => ((long)_blocks * BlockItems * sizeof(T)) + ((long)_next.Length * sizeof(int));

    public ref T this[int i]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref ((T*)_starts[i >> BlockShift])[i & (BlockItems - 1)];
    }

    /// <summary>Takes a place; what it held last is still there.</summary>
    public int Take()
    {
        if (_free >= 0)
        {
            var i = _free;
            _free = _next[i];
            return i;
        }
        if (_used == _blocks * BlockItems)
            AddBlock();
        return _used++;
    }

    public void Free(int i)
    {
        _next[i] = _free;
        _free = i;
    }

    void AddBlock()
    {
        if (_blocks == _starts.Length)
            Array.Resize(ref _starts, 2 * _starts.Length);
        _starts[_blocks++] = (nint)arena.Take<T>(BlockItems).Pointer;
        if (_next.Length < _blocks * BlockItems)
            Array.Resize(ref _next, 2 * _next.Length);
    }
}
