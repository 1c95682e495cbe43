using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Agents;
using AsyncOpt.Simulation.Cohorts;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Scripts;

namespace AsyncOpt.Simulation.Dispatch;

/// <summary>Rounds instead of events, as long as nothing else happens; and the way back to events.</summary>
/// <param name="rounds">The rounds.</param>
/// <param name="memory">What the partition stores.</param>
/// <param name="turn">Whose event is handled.</param>
/// <param name="events">Events that end rounds, or come of their end.</param>
/// <param name="vectors">The agents' vectors.</param>
/// <param name="payloads">What their messages carry.</param>
/// <param name="computations">Their computations.</param>
sealed unsafe class RoundEvents<T>(
    Rounds<T> rounds, PartitionMemory<T> memory, AgentTurn<T> turn, PendingEvents<T> events, AgentVectors<T> vectors,
    MessagePayloads<T> payloads, AgentComputations<T> computations)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly Snapshots<T> _snapshots = memory.Snapshots;

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
            if (other.CompareTo(next) <= 0 || !rounds.TryHandle(next))
            {
                End();
                return false;
            }
            turn.SetTime(next.Time, next.Depth);
        }
        return true;
    }

    /// <summary>Makes waves into the events that they stand for; agents are handled one by one from here on.</summary>
    public void End()
    {
        if (!rounds.IsActive)
            return;
        var pending = rounds.End();
        var role = memory.World.Roles[0];
        for (var i = 0; i < role.Layout.Agents; i++)
        {
            turn.Enter(role.First + i);
            if (pending.Held.IsPending)
                Hold(pending.Held, pending.Rows);
            if (pending.Completions.IsPending)
                Request(pending.Completions);
            if (pending.Messages.IsPending)
                Send(pending.Messages);
            _taken.Clear();
            turn.ReleaseHeld();
        }
    }

    /// <summary>A version that several waves carry is one snapshot.</summary>
    Snapshot SnapshotOf(in Wave wave, int rank)
    {
        var (vector, origin) = (wave.Vectors[rank], wave.Origin);
        foreach (var taken in _taken)
        {
            if ((taken.Vector, taken.Origin) == (vector, origin))
                return taken.Snapshot;
        }
        var snapshot = vectors.Take(new Vector(vector), in origin);
        _taken.Add((vector, origin, snapshot));
        return snapshot;
    }

    uint SequenceOf(in Wave wave) => wave.SequenceOf(turn.Role.Layout.Topology.OutDegree(turn.Index));

    void Request(in Wave wave)
    {
        var c = wave.Computation!.Request with { Input = SnapshotOf(in wave, 0) };
        computations.Insert(in c, wave.Before.Computations, wave.Sent, wave.Due, SequenceOf(in wave));
    }

    void Send(in Wave wave)
    {
        Snapshot Carried(in Wave of, int rank) => rank < of.Vectors.Count ? SnapshotOf(in of, rank) : Snapshot.None;
        var message = new Message(wave.Message!.Kind)
        {
            Vector = Carried(in wave, 0),
            Vector1 = Carried(in wave, 1),
            Vector2 = Carried(in wave, 2),
            Vector3 = Carried(in wave, 3),
        };
        var sequence = SequenceOf(in wave);
        foreach (var neighbour in turn.Role.Layout.Topology.OutNeighbours(turn.Index))
        {
            var e = events.Of(wave.Due, wave.Sent, turn.Agent, sequence++, EventType.Message);
            (e.Receiver, e.Kind) = (turn.Role.First + neighbour, (byte)message.Kind.Number);
            e.Payload = payloads.Take(in message);
            events.Queue.Insert(in e);
        }
    }

    void Hold(in Wave wave, HeldRows rows)
    {
        foreach (var neighbour in turn.Role.Layout.Topology.OutNeighbours(turn.Index))
        {
            var k = turn.Role.Layout.Topology.InNeighbours(neighbour).BinarySearch(turn.Index);
            for (var i = 0; i < rows.Vectors; i++)
            {
                var snapshot = SnapshotOf(in wave, i).Index;
                *turn.Role.Row(rows.First + i, neighbour, k, rows.Iteration) = snapshot + 1;
                (*turn.Role.RowsHeld(rows.First + i, neighbour, rows.Iteration))++;
                _snapshots.AddReference(snapshot);
            }
        }
    }
}
