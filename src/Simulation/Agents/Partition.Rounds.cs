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
            var (next, other) = (_rounds.Next, NextEvent);
            if (Moment.Min(next, other).CompareTo(end) >= 0)
                return true;
            if (other.CompareTo(next) <= 0 || !_rounds.TryHandle(next))
            {
                EndRounds();
                return false;
            }
            (_now, _depth) = (next.Time, next.Depth);
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
            Enter(role.First + i);
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
            ReleaseHeld();
        }
    }

    int SnapshotOf(in Wave wave)
    {
        var origin = wave.Origin;
        return TakeSnapshot(new Vector(wave.Vector), origin.Version, origin.Birth, origin.Compute, origin.Wire).Index;
    }

    uint SequenceOf(in Wave wave) => wave.SequenceOf(_role.Layout.Topology.OutDegree(_index));

    /// <summary>An event that a wave stood for; receiver and payload are its own.</summary>
    Event EventOf(Moment due, long sent, int sender, uint sequence, EventType type) => new()
    {
        Time = due.Time,
        Sent = sent,
        Depth = Checked(due.Depth),
        Tie = _ties.Of(sender, sequence),
        Sender = sender,
        Sequence = sequence,
        Type = type,
    };

    void Request(in Wave wave, int snapshot)
    {
        var c = new Computation(wave.Oracle!, _core->Place, wave.Batch)
        {
            Input = new Snapshot(snapshot),
            Output = new Vector(wave.Output),
        };
        var i = TakeRequest(in c, wave.Before.Computations, wave.Sent);
        AppendPending(i, _requests[i].Generation);
        var e = EventOf(wave.Due, wave.Sent, _self, SequenceOf(in wave), EventType.Computed);
        (e.Receiver, e.Payload, e.Extra) = (_self, i, _requests[i].Generation);
        _queue.Insert(in e);
    }

    void Send(in Wave wave, int snapshot)
    {
        var sequence = SequenceOf(in wave);
        foreach (var neighbour in _role.Layout.Topology.OutNeighbours(_index))
        {
            var e = EventOf(wave.Due, wave.Sent, _self, sequence++, EventType.Message);
            (e.Receiver, e.Payload, e.Kind) = (_role.First + neighbour, snapshot, (byte)wave.Kind!.Number);
            _snapshots.AddReference(snapshot);
            _queue.Insert(in e);
        }
    }

    void Hold(int snapshot, int rows, long iteration)
    {
        foreach (var neighbour in _role.Layout.Topology.OutNeighbours(_index))
        {
            var k = _role.Layout.Topology.InNeighbours(neighbour).BinarySearch(_index);
            *_role.Row(rows, neighbour, k, iteration) = snapshot + 1;
            (*_role.RowsHeld(rows, neighbour, iteration))++;
            _snapshots.AddReference(snapshot);
        }
    }
}
