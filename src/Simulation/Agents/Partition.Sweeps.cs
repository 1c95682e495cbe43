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

    // Events of a span are fetched for in groups of this size, three groups ahead.
    const int Group = 8;

    readonly long _span;
    readonly int _sweepLeast;
    readonly SpanEvents _swept;
    bool _isSweeping;

    // How much of a span a sweep takes, in ns.
    long _reach;
    (long Events, long Time) _weighed;

    long SweepBytes => _swept.Bytes + _events.Own.Bytes;

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
        if (_budget.IsSpent)
            _budget.Renew();
        var isAnyLeft = _isSweeping && end.Depth == 0
            ? TrySweep(end.Time, cancellation)
            : RunUntilLook(end.Time, end.Depth);
        if (Record.Events - _weighed.Events >= WorkBudget.Events)
            Weigh();
        return isAnyLeft;
    }

    /// <summary>Sweeps from here on if spans held enough events since this was last asked.</summary>
    void Weigh()
    {
        var (events, time) = (Record.Events - _weighed.Events, _turn.Now - _weighed.Time);
        _weighed = (Record.Events, _turn.Now);
        Sweeps((double)events * _span / Math.Max(1, time));
    }

    void Sweeps(double eventsPerSpan)
    {
        // Who may act in rounds again must be seen to: in the order of time.
        _isSweeping = eventsPerSpan >= _sweepLeast && _span > 0 && !_isTapped
            && _serverRounds is null or { IsGivenUp: true };
        _reach = Math.Max(1, (long)(_span * Math.Min(1, (double)SpanEvents.Most / eventsPerSpan)));
        _events.Queue.TakeSpans(_isSweeping ? _reach : 0);
    }

    /// <summary>Handles the events of the next span, or of a part of it; false if none is before the end.</summary>
    bool TrySweep(long end, CancellationToken cancellation)
    {
        var first = _events.Queue.Earliest;
        if (first >= end)
            return false;
        _events.BeginSweep(_swept.Take(_events.Queue, Math.Min(end, first + _reach)));
        Record.Sweeps++;
        Sweep(_swept.Count, cancellation);
        _events.EndSweep();
        return true;
    }

    void Sweep(int count, CancellationToken cancellation)
    {
        var (latest, fetched) = (_turn.Now, 0);
        for (int first = 0, end; first < count; first = end)
        {
            for (; _prefetcher is not null && fetched <= first; fetched += Group)
                Fetch(fetched, count);
            end = _swept.EndOfAgent(first);
            SweepAgent(first, end - first);
            latest = Math.Max(latest, _turn.Now);
            if (_budget.IsSpent)
            {
                _budget.Renew();
                if (!cancellation.IsCancellationRequested)
                    continue;
                _events.EndSweep();
                for (var i = end; i < count; i++)
                    _events.Queue.Insert(in _swept[i]);
                break;
            }
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

    /// <summary>Handles the events of an agent in their order, and its own that fall into the span meanwhile.</summary>
    void SweepAgent(int first, int count)
    {
        var order = count > 1 ? _swept.Order(first, count) : [];
        var next = 0;
        while (true)
        {
            ref readonly var e = ref _swept[count > 1 && next < count ? order[next].Index : first];
            if (_events.Own.Count > 0 && (next == count || Event.Before(in _events.Own.Least, in e)))
            {
                var own = _events.Own.Least;
                _events.Own.Pop();
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
        _turn.SetTime(e.Time, e.Depth);
        Handle(in e);
        _budget.SpendEvent();
    }
}
