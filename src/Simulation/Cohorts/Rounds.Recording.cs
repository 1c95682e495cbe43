using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Scripts;

namespace AsyncOpt.Simulation.Cohorts;

/// <summary>What all agents do at an instant, found by recording the first one's handlers.</summary>
sealed unsafe partial class Rounds<T>
{
    /// <summary>
    /// Records the handlers of an instant's events in two orders: the completion, then the messages; and the other way
    /// round, each message from another sender to another receiver. Agents get them in orders of their own, from
    /// neighbours of their own: what depends on either is not done for all at once.
    /// </summary>
    bool TryRecord(in RoundWork work, bool isStart)
    {
        try
        {
            Record(in work, isStart, _script, _state, isReordered: false);
            Record(in work, isStart, _reordered, _reorderedState, isReordered: true);
        }
        catch (NotAlikeException)
        {
            return false;
        }
        return !_script.IsBeyond && _script.IsLike(_reordered) && _state.AsSpan().SequenceEqual(_reorderedState);
    }

    void Record(in RoundWork work, bool isStart, CohortRecorder script, byte[] copy, bool isReordered)
    {
        var arrived = work.Arrived.Message;
        var messages = arrived is null ? 0 : _topology?.InDegree(0) ?? 1;
        var left = messages + (work.Due.IsPending ? 1 : 0);
        script.Begin(new Instant(work.Now.Time, AgentOf(0, isReordered), _sent.Computations)
        {
            Rows = _pending.Rows,
            Slot = _pending.Slot,
            Messages = messages,
            Snapshot = arrived?.Snapshot ?? -1,
        });
        new ReadOnlySpan<byte>(_role.State(0), _role.StateBytes).CopyTo(copy);
        fixed (byte* state = copy)
        {
            if (isStart)
            {
                script.BeginHandler(default, isLast: true);
                _role.Program.Start(state, script);
            }
            if (work.Due.IsPending && !isReordered)
                Complete(in work, state, script, isLast: --left == 0);
            for (var k = 0; k < messages; k++)
            {
                var rank = isReordered ? messages - 1 - k : k;
                var sender = _topology is null ? new(Server) : AgentOf(_topology.InNeighbour(0, rank), isReordered);
                var body = arrived!.BodyTo(PlaceOf(0, isReordered));
                Receive(in work, sender, in body, state, script, isLast: --left == 0);
            }
            if (work.Due.IsPending && isReordered)
                Complete(in work, state, script, isLast: --left == 0);
        }
        script.End();
    }

    Peer AgentOf(int place, bool isReordered) => new(_role.First + PlaceOf(place, isReordered));

    int PlaceOf(int place, bool isReordered) => isReordered ? (place + 1) % _role.Layout.Agents : place;

    void Complete(in RoundWork work, byte* state, CohortRecorder script, bool isLast)
    {
        var c = new Computed
        {
            Id = new ComputationId(work.Due.Before.Computations),
            Oracle = work.Due.Computation!.Oracle,
            Origin = work.ComputedOrigin,
        };
        script.BeginHandler(c.Origin, isLast);
        _role.Program.Completion(state, in c, script);
    }

    void Receive(
        in RoundWork work, Peer sender, in MessageBody body, byte* state, CohortRecorder script, bool isLast)
    {
        var kind = work.Arrived.Message!.Kind;
        Snapshot Brought(int rank) => rank < kind.VectorCount ? CohortRecorder.Brought : Snapshot.None;
        var m = new Received
        {
            Sender = sender,
            Kind = kind,
            Vector = Brought(0),
            Vector1 = Brought(1),
            Vector2 = Brought(2),
            Vector3 = Brought(3),
            Origin = work.ArrivedOrigin,
            Contents = body,
        };
        script.BeginHandler(m.Origin, isLast);
        _role.Program.Message(state, in m, script);
    }
}
