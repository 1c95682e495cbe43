using System.Runtime.CompilerServices;

namespace AsyncOpt.Simulation.Events;

/// <summary>What decides the order of most events, beside the index of the event itself.</summary>
readonly struct SortKey
{
    readonly long _time;

    // Depth (16 bits), receiver (32), class (2), leading bits of the tie (14).
    readonly ulong _minor;

    public readonly int Index;

    public SortKey(in Event e, int index)
    {
        _time = e.Time;
        _minor = ((ulong)e.Depth << 48) | ((ulong)(uint)e.Receiver << 16) | ((uint)e.Class << 14) | (e.Tie >> 18);
        Index = index;
    }

    const int InsertionMax = 20;

    // Longer spans are mostly the events of one instant, in the order in which agents acted. They may cost this many
    // moves per key before they count as unsorted.
    const int InstantMin = 256;
    const int MovesPerKeyMax = 4;

    // Keys per bucket where there are many.
    const int PerBucket = 4;

    /// <summary>Sorts the keys. Agents that act at one instant leave events almost in order: one pass.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="events">What they stand for.</param>
    /// <param name="scratch">Room for as many keys; grows where it is needed.</param>
    /// <param name="ends">Room for counts; grows where it is needed.</param>
    public static void Sort(Span<SortKey> keys, Event[] events, ref SortKey[] scratch, ref int[] ends)
    {
        if (keys.Length < InstantMin)
            SortByPartition(keys, events);
        else if (!TrySortByInsertion(keys, events, (long)MovesPerKeyMax * keys.Length))
            SortByBuckets(keys, events, ref scratch, ref ends);
    }

    /// <summary>
    /// Deals the keys out to buckets of equal width, by time or, where that is one, by what comes next; then sorts
    /// the buckets: its cost per key does not grow with their number.
    /// </summary>
    static void SortByBuckets(Span<SortKey> keys, Event[] events, ref SortKey[] scratch, ref int[] ends)
    {
        if (scratch.Length < keys.Length)
            scratch = new SortKey[keys.Length];
        ulong least = ulong.MaxValue, greatest = 0;
        var byTime = false;
        foreach (ref readonly var key in keys)
            byTime |= key._time != keys[0]._time;
        foreach (ref readonly var key in keys)
            (least, greatest) = (Math.Min(least, key.Rank(byTime)), Math.Max(greatest, key.Rank(byTime)));
        var shift = 0;
        while (((greatest - least) >> shift) >= (ulong)(keys.Length / PerBucket))
            shift++;
        var buckets = (int)((greatest - least) >> shift) + 1;
        if (ends.Length < buckets)
            ends = new int[buckets];
        Array.Clear(ends, 0, buckets);
        foreach (ref readonly var key in keys)
            ends[(key.Rank(byTime) - least) >> shift]++;
        for (var b = 1; b < buckets; b++)
            ends[b] += ends[b - 1];
        keys.CopyTo(scratch);
        for (var i = keys.Length - 1; i >= 0; i--)
            keys[--ends[(scratch[i].Rank(byTime) - least) >> shift]] = scratch[i];
        // What were ends are starts now.
        for (var b = 0; b < buckets; b++)
            SortByPartition(keys[ends[b]..(b + 1 < buckets ? ends[b + 1] : keys.Length)], events);
    }

    ulong Rank(bool byTime) => byTime ? (ulong)_time : _minor;

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
