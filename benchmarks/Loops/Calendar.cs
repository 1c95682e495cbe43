using System.Numerics;
using System.Runtime.CompilerServices;
using AsyncOpt.Kernels;
using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Benchmarks.Loops;

/// <summary>
/// A calendar queue (Brown, CACM 31, 1988) of one slot per agent: buckets of equal width around a year, each narrower
/// than the least delay and sorted once, when it is taken. Buckets whose order nothing can change any more are taken
/// ahead of time, so that what their events will touch can be fetched.
/// </summary>
/// <typeparam name="TGuarantees">What is promised: only with ties do events of one instant have an order.</typeparam>
sealed unsafe class Calendar<TGuarantees>
    where TGuarantees : struct, IGuarantees
{
    /// <summary>The least delay, in ns: no event comes sooner after the one that caused it.</summary>
    public const long LeastDelay = 100_000;

    // Events per bucket, at most: few, so that sorting them is nearly nothing.
    const int PerBucket = 2;

    const int BucketsAhead = 4;

    // Events whose order is known: many buckets' worth.
    const int RingLength = 1 << 12;

    readonly TGuarantees _guarantees;
    readonly Slot* _slots;
    readonly int* _heads;
    readonly long _mask;
    readonly int _shift;
    readonly int[] _due = new int[RingLength];
    long _taken;
    long _next;
    long _bucket;

    /// <param name="arena">Where the slots lie.</param>
    /// <param name="agents">How many slots there are.</param>
    /// <param name="guarantees">Decides ties.</param>
    public Calendar(Arena arena, int agents, TGuarantees guarantees)
    {
        _guarantees = guarantees;
        _slots = arena.Take<Slot>(agents).Pointer;
        // A year of four mean delays holds all but 1 % of the events; the others are passed by now and then.
        var width = Math.Clamp(PerBucket * 1_000_000L / agents, 1, LeastDelay / 4);
        _shift = BitOperations.Log2((ulong)width);
        var buckets = (int)BitOperations.RoundUpToPowerOf2((uint)(4_000_000 >> _shift));
        _mask = buckets - 1;
        _heads = arena.Take<int>(buckets).Pointer;
        new Span<int>(_heads, buckets).Fill(-1);
    }

    /// <summary>An agent's slot.</summary>
    public ref Slot this[int agent]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _slots[agent];
    }

    /// <summary>Events whose order is known, from the next one on.</summary>
    public int Known => (int)(_taken - _next);

    /// <summary>Puts an agent's slot, whose time is set, into its bucket.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Insert(int agent)
    {
        ref var slot = ref _slots[agent];
        ref var head = ref _heads[(slot.Time >> _shift) & _mask];
        slot.Next = head;
        head = agent;
    }

    /// <summary>The agent of a known event.</summary>
    /// <param name="rank">0 for the next event.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Peek(int rank) => _due[(_next + rank) & (RingLength - 1)];

    /// <summary>Passes on to the event after the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Pop() => _next++;

    /// <summary>Makes some events known, at least one; false if the next one comes at an end or later.</summary>
    /// <param name="least">How many, if the least delay allows it.</param>
    /// <param name="now">The time of the last event, in ns.</param>
    /// <param name="end">The end, in ns.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryKnow(int least, long now, long end)
    {
        while (Known < least && ((_bucket + 1) << _shift) <= now + LeastDelay)
            TakeBucket();
        return (Known > 0 || TakeNext(end)) && _slots[Peek(0)].Time < end;
    }

    bool TakeNext(long end)
    {
        while (Known == 0 && _bucket << _shift < end)
            TakeBucket();
        return Known > 0;
    }

    /// <summary>Takes the events of the next bucket in the order of time; those of later years stay.</summary>
    void TakeBucket()
    {
        var first = _taken;
        var later = -1;
        Fetch(_bucket + BucketsAhead);
        ref var head = ref _heads[_bucket & _mask];
        for (int i = head, next; i >= 0; i = next)
        {
            next = _slots[i].Next;
            if (_slots[i].Time >> _shift != _bucket)
            {
                (_slots[i].Next, later) = (later, i);
                continue;
            }
            if (_taken - _next == RingLength)
                throw new InvalidOperationException("a bucket is too full");
            var at = _taken++;
            for (; at > first && IsLater(_due[(at - 1) & (RingLength - 1)], i); at--)
                _due[at & (RingLength - 1)] = _due[(at - 1) & (RingLength - 1)];
            _due[at & (RingLength - 1)] = i;
        }
        head = later;
        _bucket++;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Fetch(long bucket)
    {
        var first = _heads[bucket & _mask];
        if (first >= 0)
            Prefetch.Item(ref _slots[first]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    bool IsLater(int a, int b)
    {
        var (first, second) = (_slots[a].Time, _slots[b].Time);
        return first > second || (TGuarantees.AreKept && first == second && !IsBefore(a, b));
    }

    bool IsBefore(int a, int b) => _guarantees.IsBefore(
        (_slots[a].SenderOf(a), _slots[a].Sequence), (_slots[b].SenderOf(b), _slots[b].Sequence));
}
