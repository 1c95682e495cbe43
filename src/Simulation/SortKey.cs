using System.Runtime.CompilerServices;

namespace AsyncOpt.Simulation;

/// <summary>What decides the order of most events, beside the index of the event itself.</summary>
readonly struct SortKey
{
    readonly long _time;

    // Depth (16 bits, saturated), receiver (32), class (2), leading bits of the tie (14).
    readonly ulong _minor;

    public readonly int Index;

    public SortKey(in Event e, int index)
    {
        _time = e.Time;
        _minor = ((ulong)Math.Min(e.Depth, 0xFFFF) << 48) | ((ulong)(uint)e.Receiver << 16)
            | ((e.DepthClass & 3) << 14) | (e.Tie >> 18);
        Index = index;
    }

    const int InsertionMax = 20;

    // Moves per key that an almost sorted span may cost before it counts as unsorted.
    const int MovesPerKeyMax = 4;

    /// <summary>Sorts the keys. Agents that act at one instant leave events almost in order: one pass.</summary>
    public static void Sort(Span<SortKey> keys, Event[] events)
    {
        if (keys.Length <= InsertionMax || !TrySortByInsertion(keys, events, (long)MovesPerKeyMax * keys.Length))
            SortByPartition(keys, events);
    }

    static void SortByPartition(Span<SortKey> keys, Event[] events)
    {
        while (keys.Length > InsertionMax)
        {
            var middle = Partition(keys, events);
            // The smaller side by recursion, so that the stack stays logarithmic.
            if (middle < keys.Length - middle)
            {
                SortByPartition(keys[..middle], events);
                keys = keys[middle..];
            }
            else
            {
                SortByPartition(keys[middle..], events);
                keys = keys[..middle];
            }
        }
        TrySortByInsertion(keys, events, long.MaxValue);
    }

    static bool TrySortByInsertion(Span<SortKey> keys, Event[] events, long moves)
    {
        for (var i = 1; i < keys.Length; i++)
        {
            var key = keys[i];
            var j = i - 1;
            while (j >= 0 && Before(in key, in keys[j], events))
            {
                keys[j + 1] = keys[j];
                j--;
            }
            keys[j + 1] = key;
            moves -= i - 1 - j;
            if (moves < 0)
                return false;
        }
        return true;
    }

    // Hoare's partition around the median of three: both sides are non-empty.
    static int Partition(Span<SortKey> keys, Event[] events)
    {
        int last = keys.Length - 1, mid = last / 2;
        if (Before(in keys[mid], in keys[0], events))
            (keys[0], keys[mid]) = (keys[mid], keys[0]);
        if (Before(in keys[last], in keys[0], events))
            (keys[0], keys[last]) = (keys[last], keys[0]);
        if (Before(in keys[last], in keys[mid], events))
            (keys[mid], keys[last]) = (keys[last], keys[mid]);
        var pivot = keys[mid];
        int i = -1, j = last + 1;
        while (true)
        {
            do
                i++;
            while (Before(in keys[i], in pivot, events));
            do
                j--;
            while (Before(in pivot, in keys[j], events));
            if (i >= j)
                return j + 1;
            (keys[i], keys[j]) = (keys[j], keys[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool Before(in SortKey a, in SortKey b, Event[] events)
    {
        if (a._time != b._time)
            return a._time < b._time;
        if (a._minor != b._minor)
            return a._minor < b._minor;
        return Event.Before(in events[a.Index], in events[b.Index]);
    }
}
