using System.Numerics;

namespace AsyncOpt.Simulation.Events;

/// <summary>The events of a span of time, agent after agent instead of time after time.</summary>
/// <param name="agents">How many agents the run has.</param>
/// <param name="bytes">The memory of all agents.</param>
sealed unsafe class SpanEvents(int agents, long bytes)
{
    // Of a crowded span so many events are taken at a time where agents are small: with more, the events themselves
    // would leave a second-level cache. Large agents are what counts where there are any, and of them the more are near
    // each other, the more events there are.
    const int MostOfSmall = 1 << 12, MostOfLarge = 1 << 15;
    const int BytesOfSmall = 256;

    // Room for so many events is there from the first span on.
    const int RoomLeast = 1 << 10;

    // Bits of a digit of an agent's number, sorted by from the last.
    const int DigitBitsMin = 5, DigitBitsMax = 10;

    readonly int[] _digitEnds = new int[1 << DigitBitsMax];
    Event[] _taken = new Event[RoomLeast];
    Event[] _events = [];
    ulong[] _byAgent = [];
    ulong[] _scratch = [];
    SortKey[] _order = [];
    SortKey[] _orderScratch = [];
    int[] _orderEnds = [];

    /// <summary>How many events of a crowded span are taken at a time.</summary>
    public int Most { get; } = bytes <= (long)BytesOfSmall * agents ? MostOfSmall : MostOfLarge;

    /// <summary>How many events there are.</summary>
    public int Count { get; private set; }

    public long Bytes => ((long)(_taken.Length + _events.Length) * sizeof(Event))
        + ((long)(_byAgent.Length + _scratch.Length) * sizeof(ulong))
        + ((long)(_order.Length + _orderScratch.Length) * sizeof(SortKey));

    /// <summary>An event; those of an agent follow each other, least agent first.</summary>
    public ref readonly Event this[int i] => ref _events[i];

    public ReadOnlySpan<Event> Slice(int first, int count) => _events.AsSpan(first, count);

    /// <summary>Takes the events before a time, or those of its first part.</summary>
    /// <returns>No event before this time is left in the queue, in ns, at most the limit.</returns>
    public long Take(EventQueue queue, long limit)
    {
        var end = queue.TakeBefore(limit, Most, ref _taken, out var count);
        Count = count;
        MakeRoom();
        SortByAgent();
        return end;
    }

    // Some more than was needed is enough for what spans of a steady run differ by: nothing is allocated in one.
    void MakeRoom()
    {
        if (_events.Length >= Count + (Count / 4))
            return;
        var length = Math.Max(RoomLeast, Count + (Count / 2));
        if (_taken.Length < length)
            Array.Resize(ref _taken, length);
        (_events, _byAgent, _scratch) = (new Event[length], new ulong[length], new ulong[length]);
    }

    void SortByAgent()
    {
        // As few passes as the digits allow, and as few digits as the passes allow: counts are cleared in each. Few
        // events are passed over once more sooner than many counts.
        var bits = 32 - BitOperations.LeadingZeroCount((uint)agents - 1);
        var most = Math.Clamp(BitOperations.Log2((uint)Count | 1), DigitBitsMin, DigitBitsMax);
        var passes = (bits + most - 1) / most;
        var digitBits = passes == 0 ? 0 : (bits + passes - 1) / passes;
        fixed (Event* taken = _taken, events = _events)
        {
            fixed (ulong* byAgent = _byAgent)
            {
                for (var i = 0; i < Count; i++)
                    byAgent[i] = ((ulong)(uint)taken[i].Receiver << 32) | (uint)i;
            }
            for (var pass = 0; pass < passes; pass++)
            {
                SortByDigit(32 + (pass * digitBits), 1 << digitBits);
                (_byAgent, _scratch) = (_scratch, _byAgent);
            }
            fixed (ulong* byAgent = _byAgent)
            {
                for (var i = 0; i < Count; i++)
                    Event.Copy(in taken[(uint)byAgent[i]], ref events[i]);
            }
        }
    }

    void SortByDigit(int shift, int digits)
    {
        var mask = (ulong)digits - 1;
        Array.Clear(_digitEnds, 0, digits);
        fixed (int* ends = _digitEnds)
        fixed (ulong* keys = _byAgent, sorted = _scratch)
        {
            for (var i = 0; i < Count; i++)
                ends[(keys[i] >> shift) & mask]++;
            var end = 0;
            for (var digit = 0; digit < digits; digit++)
                ends[digit] = end += ends[digit];
            for (var i = Count - 1; i >= 0; i--)
                sorted[--ends[(keys[i] >> shift) & mask]] = keys[i];
        }
    }

    /// <summary>The end of an agent's events, which begin at a place.</summary>
    public int EndOfAgent(int first)
    {
        var agent = _events[first].Receiver;
        var end = first + 1;
        while (end < Count && _events[end].Receiver == agent)
            end++;
        return end;
    }

    /// <summary>The order of an agent's events, valid until the next call.</summary>
    public ReadOnlySpan<SortKey> Order(int first, int count)
    {
        if (_order.Length < count)
            _order = new SortKey[Math.Max(count, 2 * _order.Length)];
        for (var i = 0; i < count; i++)
            _order[i] = new SortKey(in _events[first + i], first + i);
        SortKey.Sort(_order.AsSpan(0, count), _events, ref _orderScratch, ref _orderEnds);
        return _order.AsSpan(0, count);
    }
}
