using System.Runtime.CompilerServices;

namespace AsyncOpt.Simulation.Events;

/// <summary>A few events, least first: a heap in which every one has up to four above it.</summary>
sealed unsafe class EventHeap
{
    Event[] _items = new Event[64];

    public int Count { get; private set; }

    public long Bytes => (long)_items.Length * sizeof(Event);

    /// <summary>The least; only if there is one.</summary>
    public ref readonly Event Least => ref _items[0];

    /// <summary>Any of them, in no particular order.</summary>
    public ref readonly Event this[int i] => ref _items[i];

    public void Clear() => Count = 0;

    public void Push(in Event e)
    {
        if (Count == _items.Length)
            Array.Resize(ref _items, 2 * _items.Length);
        var i = Count++;
        var heap = _items;
        while (i > 0)
        {
            var parent = (i - 1) >> 2;
            if (!Event.Before(in e, in heap[parent]))
                break;
            Event.Copy(in heap[parent], ref heap[i]);
            i = parent;
        }
        Event.CopyFresh(in e, ref heap[i]);
    }

    /// <summary>Removes the least, which was written a moment ago.</summary>
    public void Take(out Event e)
    {
        Unsafe.SkipInit(out e);
        Event.CopyFresh(in Least, ref e);
        Pop();
    }

    /// <summary>Removes the least.</summary>
    public void Pop()
    {
        var heap = _items;
        if (--Count == 0)
            return;
        ref readonly var last = ref heap[Count];
        var i = 0;
        while (true)
        {
            var least = (4 * i) + 1;
            if (least >= Count)
                break;
            var end = Math.Min(least + 4, Count);
            for (var child = least + 1; child < end; child++)
            {
                if (Event.Before(in heap[child], in heap[least]))
                    least = child;
            }
            if (!Event.Before(in heap[least], in last))
                break;
            Event.Copy(in heap[least], ref heap[i]);
            i = least;
        }
        Event.Copy(in last, ref heap[i]);
    }
}
