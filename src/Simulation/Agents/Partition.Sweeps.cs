using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Partitions;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// Sweeps: within a lookahead no agent affects another, so the events of such a span are handled agent after agent, as
/// they lie in memory, instead of time after time. No order between agents has to be found, what one agent needs is
/// fetched once, and the next agents' memory is near. At each agent the order is the same, and so are all bits.
/// </summary>
sealed unsafe partial class Partition<T>
{
    /// <summary>Spans of fewer events are handled in the order of time; with 0, none is.</summary>
    public const int SweepLeast = 64;

    // Of a crowded span so many events are taken at a time: more would take memory, and find agents hardly nearer.
    const int SweepMost = 1 << 15;

    // Room for so many events is there from the first sweep on.
    const int RoomLeast = 1 << 10;

    // Events of a span are told of in groups of this size, three groups ahead.
    const int Group = 8;

    // Digits of an agent's number, sorted by from the last.
    const int DigitBits = 10;
    const int Digits = 1 << DigitBits;

    readonly long _span;
    readonly int _sweepLeast;
    readonly EventHeap _own = new();
    readonly int[] _digitEnds = new int[Digits];
    Event[] _taken = new Event[RoomLeast];
    Event[] _swept = [];
    ulong[] _byAgent = [];
    ulong[] _scratch = [];
    SortKey[] _order = [];
    SortKey[] _orderScratch = [];
    int[] _orderEnds = [];
    bool _isSweeping;

    // How much of a span a sweep takes, in ns.
    long _reach;
    (long Events, long Time) _weighed;

    // While a sweep goes on, events before this time are the current agent's own.
    long _sweepEnd = long.MinValue;

    long SweepBytes => ((long)(_taken.Length + _swept.Length) * sizeof(Event)) + _own.Bytes
        + ((long)(_byAgent.Length + _scratch.Length) * sizeof(ulong))
        + ((long)(_order.Length + _orderScratch.Length) * sizeof(SortKey));

    /// <summary>The span within which no agent affects another, in ns; 0 where agents share a place, or there is none.
    /// </summary>
    static long SpanOf(RunPlan plan, Layout layout)
    {
        // Agents at one place talk without delay, and share the counters of its links.
        var isApart = layout.Roles.All(r => r.Count != Count.Tokens)
            && layout.Roles.Count(r => r.Count == Count.One) <= 1
            && layout.Roles.Count(r => r.Count != Count.One) <= 1;
        return isApart ? Lookaheads.Of(plan.Links, plan.Links.Delay.FloorOverall) : 0;
    }

    /// <summary>
    /// Handles events until it is time to look at cancellation, or those of a span; false when none is left before the
    /// end.
    /// </summary>
    bool TryRunPart(Moment end, CancellationToken cancellation)
    {
        if (_eventsToLook <= 0)
            _eventsToLook = EventsPerLook;
        var isAnyLeft = _isSweeping && end.Depth == 0
            ? TrySweep(end.Time, cancellation)
            : RunUntilLook(end.Time, end.Depth);
        if (Record.Events - _weighed.Events >= EventsPerLook)
            Weigh();
        return isAnyLeft;
    }

    /// <summary>Sweeps from here on if spans held enough events since this was last asked.</summary>
    void Weigh()
    {
        var (events, time) = (Record.Events - _weighed.Events, _now - _weighed.Time);
        _weighed = (Record.Events, _now);
        Sweeps((double)events * _span / Math.Max(1, time));
    }

    void Sweeps(double eventsPerSpan)
    {
        _isSweeping = eventsPerSpan >= _sweepLeast && _span > 0 && !_isTapped;
        _reach = Math.Max(1, (long)(_span * Math.Min(1, (double)SweepMost / eventsPerSpan)));
        _queue.ExpectSpans(_isSweeping ? _reach : 0);
    }

    /// <summary>Handles the events of the next span, or of a part of it; false if none is before the end.</summary>
    bool TrySweep(long end, CancellationToken cancellation)
    {
        var first = _queue.Earliest;
        if (first >= end)
            return false;
        _sweepEnd = _queue.TakeBefore(Math.Min(end, first + _reach), SweepMost, ref _taken, out var count);
        MakeRoom(count);
        Record.Sweeps++;
        SortByAgent(count);
        Sweep(count, cancellation);
        _sweepEnd = long.MinValue;
        return true;
    }

    // Some more than was needed is enough for what spans of a steady run differ by: nothing is allocated in one.
    void MakeRoom(int count)
    {
        if (_swept.Length >= count + (count / 4))
            return;
        var length = Math.Max(RoomLeast, count + (count / 2));
        if (_taken.Length < length)
            Array.Resize(ref _taken, length);
        (_swept, _byAgent, _scratch) = (new Event[length], new ulong[length], new ulong[length]);
    }

    /// <summary>Orders the events taken by their agents, least number first.</summary>
    void SortByAgent(int count)
    {
        for (var i = 0; i < count; i++)
            _byAgent[i] = ((ulong)(uint)_taken[i].Receiver << 32) | (uint)i;
        for (var shift = 0; _world.Agents - 1 >> shift > 0; shift += DigitBits)
        {
            Array.Clear(_digitEnds);
            for (var i = 0; i < count; i++)
                _digitEnds[(_byAgent[i] >> (32 + shift)) & (Digits - 1)]++;
            for (var digit = 1; digit < Digits; digit++)
                _digitEnds[digit] += _digitEnds[digit - 1];
            for (var i = count - 1; i >= 0; i--)
                _scratch[--_digitEnds[(_byAgent[i] >> (32 + shift)) & (Digits - 1)]] = _byAgent[i];
            (_byAgent, _scratch) = (_scratch, _byAgent);
        }
        for (var i = 0; i < count; i++)
            _swept[i] = _taken[(uint)_byAgent[i]];
    }

    void Sweep(int count, CancellationToken cancellation)
    {
        var (latest, told) = (_now, 0);
        for (int first = 0, end; first < count; first = end)
        {
            for (; _isFetched && told <= first; told += Group)
                ExpectGroups(told, count);
            var agent = _swept[first].Receiver;
            for (end = first + 1; end < count && _swept[end].Receiver == agent;)
                end++;
            SweepAgent(first, end - first);
            latest = Math.Max(latest, _now);
            if (_eventsToLook <= 0)
            {
                _eventsToLook = EventsPerLook;
                if (!cancellation.IsCancellationRequested)
                    continue;
                _sweepEnd = long.MinValue;
                for (var i = end; i < count; i++)
                    _queue.Insert(in _swept[i]);
                break;
            }
        }
        (_now, _depth) = (latest, 0);
    }

    void ExpectGroups(int told, int count)
    {
        for (var ahead = 0; ahead <= 2; ahead++)
        {
            var at = told + ((ahead + 1) * Group);
            if (at < count)
                Expect(_swept.AsSpan(at, Math.Min(Group, count - at)), ahead);
        }
    }

    /// <summary>Handles the events of an agent in their order, and its own that fall into the span meanwhile.</summary>
    void SweepAgent(int first, int count)
    {
        if (count > 1)
            Order(first, count);
        var next = 0;
        while (true)
        {
            ref readonly var e = ref _swept[count > 1 && next < count ? _order[next].Index : first];
            if (_own.Count > 0 && (next == count || Event.Before(in _own.Least, in e)))
            {
                var own = _own.Least;
                _own.Pop();
                HandleTaken(in own);
            }
            else if (next == count)
            {
                return;
            }
            else
            {
                next++;
                HandleTaken(in e);
            }
        }
    }

    void HandleTaken(in Event e)
    {
        NoteTie(in e);
        (_now, _depth) = (e.Time, e.Depth);
        Handle(in e);
        _eventsToLook--;
    }

    void Order(int first, int count)
    {
        if (_order.Length < count)
            _order = new SortKey[Math.Max(count, 2 * _order.Length)];
        for (var i = 0; i < count; i++)
            _order[i] = new SortKey(in _swept[first + i], first + i);
        SortKey.Sort(_order.AsSpan(0, count), _swept, ref _orderScratch, ref _orderEnds);
    }

    /// <summary>Notes an event of the current agent that is due in the span that is swept.</summary>
    void InsertOwn(in Event e)
    {
        if (e.Receiver != _self)
        {
            throw new InvalidOperationException(
                $"agent {_self} affects agent {e.Receiver} after {e.Time - _now} ns, within the lookahead of "
                + $"{_span} ns");
        }
        _own.Push(in e);
    }
}
