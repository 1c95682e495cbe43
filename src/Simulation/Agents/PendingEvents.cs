using System.Runtime.CompilerServices;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Partitions;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// What is still to happen to the agents of a partition, least first. What is to happen to those of other partitions
/// waits in outboxes for the end of the window.
/// </summary>
sealed class PendingEvents<T>
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly PartitionMemory<T> _memory;
    readonly AgentTurn<T> _turn;
    readonly Partitioning _partitioning;
    readonly bool _isAlone;

    // While a sweep goes on, events before this time are the current agent's own.
    long _sweepEnd = long.MinValue;

    /// <param name="memory">What the partition stores.</param>
    /// <param name="turn">Whose event is handled.</param>
    /// <param name="partitioning">Which partition an agent belongs to.</param>
    /// <param name="prefetcher">Fetches what events will read; null for nobody.</param>
    public PendingEvents(
        PartitionMemory<T> memory, AgentTurn<T> turn, Partitioning partitioning, Prefetcher<T>? prefetcher)
    {
        (_memory, _turn, _partitioning) = (memory, turn, partitioning);
        _isAlone = partitioning.Count == 1;
        Queue = new EventQueue(memory.Arena) { Fetch = prefetcher is null ? null : prefetcher.Fetch };
        Ties = new Ties(memory.World.Seed);
        Departures = new Departures(memory.World.Links, memory.Record);
        Outboxes = new Outbox[partitioning.Count];
        for (var i = 0; i < Outboxes.Length; i++)
            Outboxes[i] = new Outbox();
    }

    public EventQueue Queue { get; }

    /// <summary>Draws the ties of events.</summary>
    public Ties Ties { get; }

    /// <summary>Events for the agents of each partition.</summary>
    public Outbox[] Outboxes { get; }

    /// <summary>The current agent's own events within the span that is swept.</summary>
    public EventHeap Own { get; } = new();

    /// <summary>Messages of the sweep that is going on, whose delays are not drawn yet.</summary>
    public Departures Departures { get; }

    /// <summary>Whether a sweep is going on.</summary>
    public bool IsSweeping => _sweepEnd != long.MinValue;

    /// <summary>The span within which no agent affects another, in ns.</summary>
    public long Span { get; init; }

    /// <summary>When the earliest event happens.</summary>
    public Moment Next => Queue.TryPeek(out var e) ? new Moment(e.Time, e.Depth) : Moment.Never;

    /// <summary>
    /// All events that are still to be handled; those of cancelled requests and lost services are left out.
    /// </summary>
    public IEnumerable<Event> Live() => Queue.All().Where(e => IsLive(in e));

    /// <summary>Whether what an event is for has not been given up.</summary>
    public bool IsLive(in Event e) => e.Type switch
    {
        EventType.Computed or EventType.Timer => _memory.Requests[e.Payload].Generation == e.Extra,
        EventType.ServiceEnd => _memory.Waiting.IsCurrent(in e),
        EventType.AtCard => IsLatestLook(in e),
        _ => true,
    };

    bool IsLatestLook(in Event e) =>
        _memory.World.Links.Shared!.Of(e.Receiver, isSending: e.Payload == 1).Look == e.Extra;

    /// <summary>Inserts an event of any agent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Insert(in Event e)
    {
        if (!_isAlone)
        {
            var partition = _partitioning.Of(e.Receiver);
            if (partition != _memory.Number)
            {
                Outboxes[partition].Add(in e);
                return;
            }
        }
        InsertHere(in e);
    }

    /// <summary>Fetches what tells to which partition an agent belongs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void FetchPartition(int agent)
    {
        if (!_isAlone)
            _partitioning.Fetch(agent);
    }

    /// <summary>Inserts an event of an agent of this partition.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void InsertHere(in Event e)
    {
        if (e.Time < _sweepEnd)
            InsertOwn(in e);
        else
            Queue.Insert(in e);
    }

    /// <summary>Inserts a crash or a restart of an agent of this partition.</summary>
    public void InsertFault(
        int agent, EventType type, long time, long sent, uint number, int fault, bool isStateLost,
        ushort depth = 0) =>
        InsertHere(new Event
        {
            Time = time,
            Sent = sent,
            Depth = depth,
            Sender = agent,
            Sequence = number,
            Receiver = agent,
            Payload = fault,
            Type = type,
            IsLost = isStateLost,
        });

    /// <summary>An event that a wave stood for; receiver and payload are its own.</summary>
    public Event Of(Moment due, long sent, int sender, uint sequence, EventType type) => new()
    {
        Time = due.Time,
        Sent = sent,
        Depth = _turn.CheckDepth(due.Depth),
        Tie = Ties.Of(sender, sequence),
        Sender = sender,
        Sequence = sequence,
        Type = type,
    };

    /// <summary>From here on no event before a time is in the queue: what is due before it is an agent's own.</summary>
    public void BeginSweep(long end) => _sweepEnd = end;

    /// <summary>The span is handled, or the run cancelled: events are in the queue again.</summary>
    public void EndSweep()
    {
        Departures.Leave(this);
        _sweepEnd = long.MinValue;
        for (var i = 0; i < Own.Count; i++)
            Queue.Insert(Own[i]);
        Own.Clear();
    }

    /// <summary>Notes an event of the current agent that is due in the span that is swept.</summary>
    void InsertOwn(in Event e)
    {
        if (e.Receiver != _turn.Agent)
        {
            throw new InvalidOperationException(
                $"agent {_turn.Agent} affects agent {e.Receiver} after {e.Time - _turn.Now} ns, within the lookahead "
                + $"of {Span} ns");
        }
        Own.Push(in e);
    }
}
