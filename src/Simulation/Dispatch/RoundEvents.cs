using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Agents;
using AsyncOpt.Simulation.Cohorts;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Simulation.Dispatch;

/// <summary>Rounds instead of events, as long as nothing else happens; and the way back to events.</summary>
/// <param name="rounds">The rounds.</param>
/// <param name="memory">What the partition stores.</param>
/// <param name="turn">Whose event is handled.</param>
/// <param name="events">Events that end rounds, or come of their end.</param>
/// <param name="vectors">The agents' vectors.</param>
/// <param name="computations">Their computations.</param>
sealed unsafe class RoundEvents<T>(
    Rounds<T> rounds, PartitionMemory<T> memory, AgentTurn<T> turn, PendingEvents<T> events, AgentVectors<T> vectors,
    AgentComputations<T> computations)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly Snapshots<T> _snapshots = memory.Snapshots;

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
            var (snapshot, source) = (-1, default(Wave));
            foreach (var wave in (ReadOnlySpan<Wave>)[pending.Held, pending.Completions, pending.Messages])
            {
                if (!wave.IsPending)
                    continue;
                // A version that several waves carry is one snapshot.
                if (snapshot < 0 || (wave.Vector, wave.Origin) != (source.Vector, source.Origin))
                    (snapshot, source) = (SnapshotOf(in wave), wave);
                if (wave.Oracle is not null)
                    Request(in wave, snapshot);
                else if (wave == pending.Held)
                    Hold(snapshot, pending.Rows, pending.Iteration);
                else
                    Send(in wave, snapshot);
            }
            turn.ReleaseHeld();
        }
    }

    int SnapshotOf(in Wave wave)
    {
        var origin = wave.Origin;
        return vectors.Take(new Vector(wave.Vector), in origin).Index;
    }

    uint SequenceOf(in Wave wave) => wave.SequenceOf(turn.Role.Layout.Topology.OutDegree(turn.Index));

    void Request(in Wave wave, int snapshot)
    {
        var c = new Computation(wave.Oracle!, turn.Core->Place, wave.Batch)
        {
            Input = new Snapshot(snapshot),
            Output = new Vector(wave.Output),
        };
        computations.Insert(in c, wave.Before.Computations, wave.Sent, wave.Due, SequenceOf(in wave));
    }

    void Send(in Wave wave, int snapshot)
    {
        var sequence = SequenceOf(in wave);
        foreach (var neighbour in turn.Role.Layout.Topology.OutNeighbours(turn.Index))
        {
            var e = events.Of(wave.Due, wave.Sent, turn.Agent, sequence++, EventType.Message);
            (e.Receiver, e.Payload, e.Kind) = (turn.Role.First + neighbour, snapshot, (byte)wave.Kind!.Number);
            _snapshots.AddReference(snapshot);
            events.Queue.Insert(in e);
        }
    }

    void Hold(int snapshot, int rows, long iteration)
    {
        foreach (var neighbour in turn.Role.Layout.Topology.OutNeighbours(turn.Index))
        {
            var k = turn.Role.Layout.Topology.InNeighbours(neighbour).BinarySearch(turn.Index);
            *turn.Role.Row(rows, neighbour, k, iteration) = snapshot + 1;
            (*turn.Role.RowsHeld(rows, neighbour, iteration))++;
            _snapshots.AddReference(snapshot);
        }
    }
}
