using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Agents;
using AsyncOpt.Simulation.Cohorts;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Partitions;
using AsyncOpt.Simulation.Recordings;

namespace AsyncOpt.Simulation.Dispatch;

/// <summary>
/// Hands out the events of a partition, time after time or in sweeps: within a lookahead no agent affects another, so
/// the events of such a span are handled agent after agent, as they lie in memory. No order between agents has to be
/// found, what one agent needs is fetched once, and the next agents' memory is near. At each agent the order is the
/// same, and so are all bits.
/// </summary>
sealed class EventLoop<T>
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    /// <summary>Spans of fewer events are handled in the order of time; with 0, none is.</summary>
    public const int SweepLeast = 64;

    // Events of a span are fetched for in groups of this size, three groups ahead.
    const int Group = 8;

    readonly AgentTurn<T> _turn;
    readonly PendingEvents<T> _events;
    readonly EventDispatcher<T> _dispatcher;
    readonly WorkBudget _budget;
    readonly Prefetcher<T>? _prefetcher;
    readonly DrawsAhead<T>[] _drawsAhead;
    readonly Rounds<T>? _rounds;
    readonly Recording _record;
    readonly long _span;
    readonly int _sweepLeast;
    readonly SpanEvents _swept;
    bool _isSweeping;

    // How much of a span a sweep takes, in ns.
    long _reach;
    (long Events, long Time) _weighed;

    /// <param name="memory">What the partition stores.</param>
    /// <param name="turn">Whose event is handled.</param>
    /// <param name="events">The events, with the span within which no agent affects another.</param>
    /// <param name="dispatcher">Handles events.</param>
    /// <param name="budget">What is done before cancellation is looked at.</param>
    /// <param name="prefetcher">Fetches what events will read; null for nobody.</param>
    /// <param name="drawsAhead">Make draws before they are asked for.</param>
    /// <param name="rounds">Rounds; null for none.</param>
    /// <param name="sweepLeast">Spans of fewer events are handled in the order of time.</param>
    public EventLoop(
        PartitionMemory<T> memory, AgentTurn<T> turn, PendingEvents<T> events, EventDispatcher<T> dispatcher,
        WorkBudget budget, Prefetcher<T>? prefetcher, DrawsAhead<T>[] drawsAhead, Rounds<T>? rounds, int sweepLeast)
    {
        (_turn, _events, _dispatcher, _budget) = (turn, events, dispatcher, budget);
        (_prefetcher, _drawsAhead) = (prefetcher, drawsAhead);
        (_rounds, _record) = (rounds, memory.Record);
        (_span, _sweepLeast) = (events.Span, sweepLeast);
        _swept = new SpanEvents(memory.World.Agents, memory.World.Bytes);
        Sweeps(eventsPerSpan: 0);
    }

    public long Bytes => _swept.Bytes + _events.Own.Bytes;

    /// <summary>The span within which no agent affects another, in ns; 0 where agents share a place, or there is none.
    /// </summary>
    public static long SpanOf(RunPlan plan, Layout layout)
    {
        // Where nothing is sent, nobody ever affects another: a token walks alone to the next sampling instant.
        if (layout.Kinds.Count == 0)
            return Lookaheads.Unlimited;
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
    public bool TryRun(Moment end, CancellationToken cancellation)
    {
        if (_budget.IsSpent)
            _budget.Renew();
        var isAnyLeft = _isSweeping && end.Depth == 0
            ? TrySweep(end.Time, cancellation)
            : TryRunInOrder(end.Time, end.Depth);
        if (_record.Events - _weighed.Events >= WorkBudget.Events)
            Weigh();
        return isAnyLeft;
    }

    /// <summary>
    /// Handles events until it is time to look at cancellation; false when none is left before the end. It returns
    /// often, so that the runtime soon replaces it by what it compiles with the profile of the first calls.
    /// </summary>
    bool TryRunInOrder(long time, uint depth)
    {
        var (queue, dispatcher, budget) = (_events.Queue, _dispatcher, _budget);
        while (queue.TryPeek(out var e) && (e.Time < time || (e.Time == time && e.Depth < depth)))
        {
            queue.RemovePeeked();
            dispatcher.Take(in e);
            budget.SpendEvent();
            if (budget.IsSpent)
                return true;
        }
        return false;
    }

    /// <summary>Sweeps from here on if spans held enough events since this was last asked.</summary>
    void Weigh()
    {
        var (events, time) = (_record.Events - _weighed.Events, _turn.Now - _weighed.Time);
        _weighed = (_record.Events, _turn.Now);
        Sweeps((double)events * _span / Math.Max(1, time));
    }

    void Sweeps(double eventsPerSpan)
    {
        // Who may act in rounds again must be seen to: in the order of time.
        _isSweeping = eventsPerSpan >= _sweepLeast && _span > 0
            && _rounds is not { MayBeginAgain: true };
        _reach = _span == Lookaheads.Unlimited
            ? _span
            : Math.Max(1, (long)(_span * Math.Min(1, (double)_swept.Most / eventsPerSpan)));
        _events.Queue.TakeSpans(_isSweeping ? _reach : 0);
    }

    /// <summary>Handles the events of the next span, or of a part of it; false if none is before the end.</summary>
    bool TrySweep(long end, CancellationToken cancellation)
    {
        var first = _events.Queue.Earliest;
        if (first >= end)
            return false;
        _events.BeginSweep(_swept.Take(_events.Queue, Math.Min(end, first + _reach)));
        _record.Sweeps++;
        Sweep(_swept.Count, cancellation);
        _events.EndSweep();
        return true;
    }

    void Sweep(int count, CancellationToken cancellation)
    {
        var (latest, fetched, drawn) = (_turn.Now, 0, 0);
        for (int first = 0, end; first < count; first = end)
        {
            if (_prefetcher is null)
                _turn.Fetch(_swept[Math.Min(first + (2 * Group), count - 1)].Receiver);
            for (; _prefetcher is not null && fetched <= first; fetched += Group)
                Fetch(fetched, count);
            if (first >= drawn)
            {
                drawn = Math.Min(first + DrawsAhead<T>.Most, count);
                foreach (var drawsAhead in _drawsAhead)
                    drawsAhead.Begin(_swept.Slice(first, drawn - first));
            }
            end = _swept.EndOfAgent(first);
            var isDone = TrySweepAgent(first, end - first, cancellation);
            latest = Math.Max(latest, _turn.Now);
            if (isDone && !(_budget.IsSpent && IsCancelled(cancellation)))
                continue;
            _events.EndSweep();
            for (var i = end; i < count; i++)
                _events.Queue.Insert(in _swept[i]);
            break;
        }
        _turn.SetTime(latest, 0);
    }

    void Fetch(int first, int count)
    {
        for (var ahead = 0; ahead <= 2; ahead++)
        {
            var at = first + ((ahead + 1) * Group);
            if (at < count)
                _prefetcher!.Fetch(_swept.Slice(at, Math.Min(Group, count - at)), ahead);
        }
    }

    bool IsCancelled(CancellationToken cancellation)
    {
        _budget.Renew();
        return cancellation.IsCancellationRequested;
    }

    /// <summary>Handles the events of an agent in their order, and its own that fall into the span meanwhile.</summary>
    /// <returns>False if the run was cancelled before all were handled.</returns>
    bool TrySweepAgent(int first, int count, CancellationToken cancellation)
    {
        var (swept, own) = (_swept, _events.Own);
        var order = count > 1 ? swept.Order(first, count) : [];
        for (var next = 0; next < count;)
        {
            ref readonly var e = ref swept[count > 1 ? order[next].Index : first];
            if (own.Count > 0 && Event.Before(in own.Least, in e))
            {
                HandleOwn(own);
                continue;
            }
            next++;
            HandleTaken(in e);
        }
        while (own.Count > 0)
        {
            if (_budget.IsSpent && IsCancelled(cancellation))
                return false;
            HandleOwn(own);
        }
        return true;
    }

    void HandleOwn(EventHeap own)
    {
        own.Take(out var e);
        HandleTaken(in e);
    }

    void HandleTaken(in Event e)
    {
        _dispatcher.Take(in e);
        _budget.SpendEvent();
    }
}
