using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Agents;
using AsyncOpt.Simulation.Cohorts;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Scripts;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Dispatch;

/// <summary>Rounds instead of events, as long as nothing else happens; and the way back to events.</summary>
/// <param name="rounds">The rounds.</param>
/// <param name="memory">What the partition stores.</param>
/// <param name="turn">Whose event is handled.</param>
/// <param name="events">Events that end rounds, or come of their end.</param>
/// <param name="vectors">The agents' vectors.</param>
/// <param name="payloads">What their messages carry.</param>
/// <param name="computations">Their computations.</param>
/// <param name="broadcast">What their server sends to all of them; null for no server.</param>
/// <param name="server">The server's part; null for no server.</param>
sealed unsafe class RoundEvents<T>(
    Rounds<T> rounds, PartitionMemory<T> memory, AgentTurn<T> turn, PendingEvents<T> events, AgentVectors<T> vectors,
    MessagePayloads<T> payloads, AgentComputations<T> computations, ServerBroadcast<T>? broadcast,
    ServerTurns<T>? server)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly Snapshots<T> _snapshots = memory.Snapshots;

    // Receivers are counted from there: the nodes from the first, the server from 0.
    readonly int _receiversFirst = rounds.Server < 0 ? rounds.Role.First : 0;
    readonly int[] _server = [rounds.Server];

    // What the agent's waves carry, each version once.
    readonly List<(int Vector, Origin Origin, Snapshot Snapshot)> _taken = [];

    /// <summary>Handles rounds up to the end of a window; what comes before or with one ends them.</summary>
    /// <returns>Whether nothing is left to be handled one by one, or the run is cancelled.</returns>
    public bool TryRun(Moment end, CancellationToken cancellation)
    {
        if (!rounds.IsActive)
            return false;
        while (!cancellation.IsCancellationRequested)
        {
            var (next, other) = (rounds.Next, events.Next);
            if (Moment.Min(next, other).CompareTo(end) >= 0)
                return true;
            if (other.CompareTo(next) <= 0 || !TryHandle(next))
            {
                End();
                return false;
            }
        }
        return true;
    }

    bool TryHandle(Moment next)
    {
        if (next.Depth >= Moment.DepthMax)
            return false;
        if (rounds.TryTakeToServer(next, out var wave))
        {
            turn.SetTime(next.Time, next.Depth);
            server!.Handle(in wave);
            return true;
        }
        if (!rounds.TryHandle(next))
        {
            rounds.GiveUp();
            return false;
        }
        turn.SetTime(next.Time, next.Depth);
        return true;
    }

    /// <summary>Makes waves into the events that they stand for; agents are handled one by one from here on.</summary>
    public void End()
    {
        if (!rounds.IsActive)
            return;
        var pending = rounds.End();
        if (pending.Messages.Message is { Snapshot: >= 0 })
            broadcast!.Insert(in pending.Messages, rounds.Role.Layout.Agents);
        for (var i = 0; i < rounds.Role.Layout.Agents; i++)
        {
            turn.Enter(rounds.Role.First + i);
            Expand(in pending);
            _taken.Clear();
            turn.ReleaseHeld();
        }
        if (pending.Slot is { } slot)
            _snapshots.Release(slot.Snapshot);
    }

    /// <summary>Gives an agent what it holds, and makes its part of each wave an event.</summary>
    void Expand(in PendingWaves pending)
    {
        if (pending.Held.IsPending)
            Hold(pending.Held, pending.Rows);
        if (pending.Slot is { } slot)
            Hold(slot);
        if (pending.Completions.IsPending)
            Request(pending.Completions);
        if (pending.Messages.Message is { Snapshot: < 0 })
            Send(pending.Messages);
        if (pending.ToServer.IsPending)
            Send(pending.ToServer);
    }

    /// <summary>A version that several waves carry is one snapshot.</summary>
    Snapshot SnapshotOf(int vector, in Origin origin)
    {
        foreach (var taken in _taken)
        {
            if ((taken.Vector, taken.Origin) == (vector, origin))
                return taken.Snapshot;
        }
        var snapshot = vectors.Take(new Vector(vector), in origin);
        _taken.Add((vector, origin, snapshot));
        return snapshot;
    }

    uint SequenceOf(in Wave wave) => wave.SequenceOf(Receivers.Length);

    /// <summary>Who hears of the agent what it sends to all: its out-neighbours, or the server.</summary>
    ReadOnlySpan<int> Receivers => server is null ? turn.Role.Layout.Topology.OutNeighbours(turn.Index) : _server;

    void Request(in Wave wave)
    {
        var c = wave.Computation!.Request;
        if (wave.Computation.Vector is var input and >= 0)
            c = c with { Input = SnapshotOf(input, wave.Origin) };
        computations.Insert(in c, wave.Before.Computations, wave.Sent, wave.Due, SequenceOf(in wave));
    }

    void Send(in Wave wave)
    {
        Snapshot Carried(CohortMessage sent, int rank) =>
            rank < sent.Vectors.Count ? SnapshotOf(sent.Vectors[rank], sent.Origin) : Snapshot.None;
        var sent = wave.Message!;
        var message = sent.With(Carried(sent, 0)) with
        {
            Vector1 = Carried(sent, 1),
            Vector2 = Carried(sent, 2),
            Vector3 = Carried(sent, 3),
        };
        var sequence = SequenceOf(in wave);
        foreach (var receiver in Receivers)
        {
            var e = events.Of(wave.Due, wave.Sent, turn.Agent, sequence++, EventType.Message);
            (e.Receiver, e.Kind) = (_receiversFirst + receiver, (byte)message.Kind.Number);
            e.Payload = payloads.Take(in message);
            events.Queue.Insert(in e);
        }
    }

    void Hold(HeldSlot held)
    {
        ref var s = ref _snapshots[held.Snapshot];
        s.References++;
        *turn.Role.Slot(held.Slot.Index, turn.Index) = new SlotRecord
        {
            Snapshot = held.Snapshot + 1,
            Compute = held.Origin.Compute - s.Compute,
            Wire = held.Origin.Wire - s.Wire,
        };
    }

    void Hold(in Wave wave, HeldRows rows)
    {
        foreach (var neighbour in turn.Role.Layout.Topology.OutNeighbours(turn.Index))
        {
            var k = turn.Role.Layout.Topology.InNeighbours(neighbour).BinarySearch(turn.Index);
            for (var i = 0; i < rows.Vectors; i++)
            {
                var snapshot = SnapshotOf(wave.Vectors[i], wave.Origin).Index;
                *turn.Role.Row(rows.First + i, neighbour, k, rows.Iteration) = snapshot + 1;
                (*turn.Role.RowsHeld(rows.First + i, neighbour, rows.Iteration))++;
                _snapshots.AddReference(snapshot);
            }
        }
    }
}
