using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Cohorts;
using AsyncOpt.Simulation.Events;

namespace AsyncOpt.Simulation.Agents;

/// <summary>Rounds instead of events, as long as nothing else happens; and the way back to events.</summary>
sealed unsafe partial class Partition<T>
{
    /// <summary>Handles rounds up to the end of a window; what comes before or with one ends them.</summary>
    /// <returns>Whether nothing is left to be handled one by one, or the run is cancelled.</returns>
    bool TryRunRounds(Moment end, CancellationToken cancellation)
    {
        if (_rounds is not { IsActive: true })
            return false;
        while (!cancellation.IsCancellationRequested)
        {
            var (next, other) = (_rounds.Next, _events.Next);
            if (Moment.Min(next, other).CompareTo(end) >= 0)
                return true;
            if (other.CompareTo(next) <= 0 || !_rounds.TryHandle(next))
            {
                EndRounds();
                return false;
            }
            _turn.SetTime(next.Time, next.Depth);
        }
        return true;
    }

    /// <summary>Makes what is noted once for all agents visible at each of them.</summary>
    public void Settle()
    {
        _rounds?.Settle();
        _serverRounds?.Settle();
    }

    /// <summary>Makes waves into the events that they stand for; agents are handled one by one from here on.</summary>
    public void EndRounds()
    {
        EndServerRounds();
        if (_rounds is not { IsActive: true })
            return;
        var pending = _rounds.End();
        var role = _roles[0];
        for (var i = 0; i < role.Layout.Agents; i++)
        {
            _turn.Enter(role.First + i);
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
            _turn.ReleaseHeld();
        }
    }

    int SnapshotOf(in Wave wave)
    {
        var origin = wave.Origin;
        return _vectors.Take(new Vector(wave.Vector), in origin).Index;
    }

    uint SequenceOf(in Wave wave) => wave.SequenceOf(_turn.Role.Layout.Topology.OutDegree(_turn.Index));

    void Request(in Wave wave, int snapshot)
    {
        var c = new Computation(wave.Oracle!, _turn.Core->Place, wave.Batch)
        {
            Input = new Snapshot(snapshot),
            Output = new Vector(wave.Output),
        };
        _computations.Insert(in c, wave.Before.Computations, wave.Sent, wave.Due, SequenceOf(in wave));
    }

    void Send(in Wave wave, int snapshot)
    {
        var sequence = SequenceOf(in wave);
        foreach (var neighbour in _turn.Role.Layout.Topology.OutNeighbours(_turn.Index))
        {
            var e = _events.Of(wave.Due, wave.Sent, _turn.Agent, sequence++, EventType.Message);
            (e.Receiver, e.Payload, e.Kind) = (_turn.Role.First + neighbour, snapshot, (byte)wave.Kind!.Number);
            _snapshots.AddReference(snapshot);
            _events.Queue.Insert(in e);
        }
    }

    void Hold(int snapshot, int rows, long iteration)
    {
        foreach (var neighbour in _turn.Role.Layout.Topology.OutNeighbours(_turn.Index))
        {
            var k = _turn.Role.Layout.Topology.InNeighbours(neighbour).BinarySearch(_turn.Index);
            *_turn.Role.Row(rows, neighbour, k, iteration) = snapshot + 1;
            (*_turn.Role.RowsHeld(rows, neighbour, iteration))++;
            _snapshots.AddReference(snapshot);
        }
    }
}
