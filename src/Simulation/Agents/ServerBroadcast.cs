using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Cohorts;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// Collects what the server sends while its handler runs: the same message to all workers in turn is a wave, without an
/// event for any of them.
/// </summary>
/// <param name="rounds">The rounds of the server and its workers.</param>
/// <param name="memory">What the partition stores.</param>
/// <param name="turn">Whose event is handled.</param>
/// <param name="events">Where messages that make no wave are noted.</param>
/// <param name="payloads">What messages carry.</param>
/// <param name="budget">Spent when rounds begin, so that they are seen.</param>
sealed unsafe class ServerBroadcast<T>(
    Rounds<T> rounds, PartitionMemory<T> memory, AgentTurn<T> turn, PendingEvents<T> events,
    MessagePayloads<T> payloads, WorkBudget budget)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly Snapshots<T> _snapshots = memory.Snapshots;

    // How many workers in turn have been sent the same from the first on, without an event for any of them yet.
    int _collected;
    Wave _wave;

    /// <summary>The server's number.</summary>
    public int Server { get; } = rounds.Server;

    /// <summary>Whether messages are collected.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether none has been collected yet.</summary>
    public bool IsEmpty => _collected == 0;

    /// <summary>From here on messages of the server to all workers in turn become a wave.</summary>
    public void Begin()
    {
        if (!rounds.IsGivenUp)
            (_collected, IsOpen) = (0, true);
    }

    /// <summary>
    /// The server's handler has returned: if all workers were sent the same and act in lockstep, rounds go on from
    /// here.
    /// </summary>
    public bool TryEnd()
    {
        if (!IsOpen)
            return false;
        IsOpen = false;
        if (_collected == 0)
            return false;
        var isAll = _collected == rounds.Role.Layout.Agents && turn.Depth < Moment.DepthMax;
        if (!isAll || !rounds.TrySend(in _wave, events.Next))
        {
            Flush();
            return false;
        }
        Count(_collected);
        _collected = 0;
        // Whoever handles events one by one looks for rounds again.
        budget.EndAfterEvent();
        return true;
    }

    /// <summary>
    /// Takes a message of the server into the wave that is being collected; false if it does not belong to it.
    /// </summary>
    public bool TryTake(Peer to, in Message m)
    {
        if (to.Id - rounds.Role.First != _collected || !Continues(in m))
        {
            Flush();
            IsOpen = false;
            return false;
        }
        if (_collected == 0)
        {
            var origin = _snapshots.OriginAt(m.Vector.Index, turn.Now, 0, 0);
            _wave = new Wave
            {
                Due = rounds.ArrivalOf(new(turn.Now, turn.Depth)),
                Sent = turn.Now,
                Before = (turn.Core->Sent, 0),
                Message = new(m.Kind, default, origin, m.Body) { Snapshot = m.Vector.Index },
            };
            _snapshots.AddReference(m.Vector.Index);
        }
        turn.Core->Sent++;
        _collected++;
        return true;
    }

    /// <summary>Makes events of messages from the server to the first workers.</summary>
    public void Insert(in Wave wave, int workers)
    {
        var sent = wave.Message!;
        for (var i = 0; i < workers; i++)
        {
            var sequence = wave.SequenceOf(0) + (uint)i;
            var message = sent.With(new Snapshot(sent.Snapshot), i);
            events.Queue.Insert(events.Of(wave.Due, wave.Sent, Server, sequence, EventType.Message) with
            {
                Receiver = rounds.Role.First + i,
                Payload = payloads.Take(in message),
                Kind = (byte)sent.Kind.Number,
            });
        }
        _snapshots.Release(sent.Snapshot);
    }

    // A wave's messages have the bytes that their kind declares: no fragments, nothing compressed.
    bool Continues(in Message m)
    {
        if (_collected == 0)
            return m.Kind is { VectorCount: 1, TakesFragments: false } && m.Vector.Index >= 0
                && _snapshots[m.Vector.Index].WireBytes == 0;
        var sent = _wave.Message!;
        return ReferenceEquals(m.Kind, sent.Kind) && m.Vector.Index == sent.Snapshot
            && turn.Core->Sent == _wave.SequenceOf(0) + (uint)_collected
            && (m.Kind.BodyBytes == 0 || ContinuesBody(in m));
    }

    // A number of the body is the same for all, or the place of each.
    bool ContinuesBody(in Message m)
    {
        if (_collected == 1)
            _wave = _wave with { Message = _wave.Message!.WithPlaces(m.Body) };
        return _wave.Message!.BodyTo(_collected).Equals(m.Body);
    }

    /// <summary>Makes events of what was collected.</summary>
    void Flush()
    {
        var collected = _collected;
        _collected = 0;
        if (collected == 0)
            return;
        Count(collected);
        Insert(in _wave, collected);
    }

    void Count(int messages)
    {
        var bytes = (long)messages * memory.World.KindBytes[_wave.Message!.Kind.Number];
        memory.Record.CountMessages(memory.World.RoleOf(Server).Layout.Index, messages, bytes);
    }
}
