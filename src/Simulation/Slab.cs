namespace AsyncOpt.Simulation;

/// <summary>
/// Reusable numbered places for plain records; it grows, and never shrinks. Freed places are taken first.
/// </summary>
sealed class Slab<T>
    where T : struct
{
    T[] _items;
    int[] _next;
    int _free = -1;
    int _used;

    public Slab(int capacity = 64) => (_items, _next) = (new T[capacity], new int[capacity]);

    public long Bytes => (long)_items.Length * (System.Runtime.CompilerServices.Unsafe.SizeOf<T>() + sizeof(int));

    public ref T this[int i] => ref _items[i];

    /// <summary>Takes a place; what it held last is still there.</summary>
    public int Take()
    {
        if (_free >= 0)
        {
            var i = _free;
            _free = _next[i];
            return i;
        }
        if (_used == _items.Length)
        {
            Array.Resize(ref _items, 2 * _items.Length);
            Array.Resize(ref _next, 2 * _next.Length);
        }
        return _used++;
    }

    public void Free(int i)
    {
        _next[i] = _free;
        _free = i;
    }
}
