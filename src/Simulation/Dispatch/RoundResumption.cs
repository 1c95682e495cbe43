using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Agents;
using AsyncOpt.Simulation.Cohorts;
using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Scripts;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Dispatch;

/// <summary>The way from events back to rounds, where all that is pending is what a few waves stand for.</summary>
/// <param name="rounds">The rounds.</param>
/// <param name="memory">What the partition stores.</param>
/// <param name="turn">Whose event is handled.</param>
/// <param name="events">What is pending.</param>
/// <param name="payloads">What messages carry.</param>
/// <param name="vectors">The agents' vectors.</param>
/// <param name="computations">Their computations.</param>
/// <param name="oracles">What can be computed.</param>
sealed unsafe class RoundResumption<T>(
    Rounds<T> rounds, PartitionMemory<T> memory, AgentTurn<T> turn, PendingEvents<T> events,
    MessagePayloads<T> payloads, AgentVectors<T> vectors, AgentComputations<T> computations, OracleSet<T> oracles)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly RoleMemory<T>[] _roles = memory.World.Roles;
    readonly Snapshots<T> _snapshots = memory.Snapshots;
    readonly Requests<T> _requests = memory.Requests;

    /// <summary>Takes up rounds where agents are in lockstep again, as after a checkpoint.</summary>
    public void TakeUp()
    {
        if (rounds.IsActive || rounds.Server >= 0 || rounds.Counters is not { } sent)
            return;
        var (completions, messages) = (default(Wave), default(Wave));
        long computed = 0, sending = 0;
        foreach (var e in events.Live())
        {
            if (e.Type == EventType.Computed && Joins(in e, ref completions))
                computed++;
            else if (e.Type == EventType.Message && Joins(in e, ref messages, sent))
                sending++;
            else if (e.Type is not (EventType.Crash or EventType.Restart))
                return;
        }
        var role = _roles[0].Layout;
        if ((computed != 0 && computed != role.Agents) || (sending != 0 && sending != role.Topology.Edges)
            || computed + sending == 0 || FindHeld() is not { } held)
            return;
        DropEvents();
        var pending = new PendingWaves { Completions = completions, Messages = messages };
        (pending.Held, pending.Rows) = held;
        rounds.TakeUp(in pending, sent);
    }

    /// <summary>Whether an agent's computation is one of a wave, which the first one defines.</summary>
    bool Joins(in Event e, ref Wave wave)
    {
        ref var r = ref _requests[e.Payload];
        var asked = _requests.AskedOf(in r);
        var (_, input1, _) = _requests.InputsOf(in r);
        var (_, output1, _) = _requests.OutputsOf(in r);
        var index = r.Agent - _roles[0].First;
        var batch = asked.WholeShard ? 0 : asked.Samples;
        var degree = _roles[0].Layout.Topology.OutDegree(index);
        if (r.State == RequestState.Timer || r.Input < 0 || input1 >= 0 || r.Output < 0 || output1 >= 0
            || asked.Steps != 1 || asked.Place != index || asked.Key != r.OwnBatch)
            return false;
        if (!wave.IsPending)
        {
            wave = WaveOf(in e) with
            {
                Before = (r.Number, degree == 0 ? 0 : (e.Sequence - r.Number) / (uint)degree),
                Computation = new(oracles[asked.Oracle], batch, asked.Steps, asked.RateStep, asked.OptimizerStep)
                {
                    Input = new Vector(VectorLike(index, r.Input)),
                    Output = new Vector(r.Output),
                    Origin = OriginOf(r.Input),
                },
            };
        }
        var c = wave.Computation!;
        return IsOf(in wave, in e, index, [r.Input]) && r.Requested == wave.Sent && r.Number == wave.Before.Computations
            && e.Sequence == wave.SequenceOf(degree) && ReferenceEquals(oracles[asked.Oracle], c.Oracle)
            && (batch, r.Output) == (c.Batch, c.Output.Index);
    }

    /// <summary>Whether a message is one of a wave, which the first one defines.</summary>
    bool Joins(in Event e, ref Wave wave, (uint Computations, uint Messages) sent)
    {
        var kind = memory.World.Kinds[e.Kind];
        if (kind.BodyBytes > 0 || kind.VectorCount == 0 || e.Payload < 0)
            return false;
        Span<int> snapshots = stackalloc int[kind.VectorCount];
        payloads.CopySnapshots(in e, snapshots);
        var role = _roles[0];
        var (sender, receiver) = (e.Sender - role.First, e.Receiver - role.First);
        var neighbours = role.Layout.Topology.OutNeighbours(sender);
        var rank = neighbours.BinarySearch(receiver);
        if (rank < 0)
            return false;
        if (!wave.IsPending)
        {
            // The last that were sent.
            var before = sent.Messages - 1;
            wave = WaveOf(in e) with
            {
                Before = (e.Sequence - (uint)rank - (before * (uint)neighbours.Length), before),
                Message = MessageOf(kind, sender, snapshots),
            };
        }
        return ReferenceEquals(kind, wave.Message!.Kind) && IsOf(in wave, in e, sender, snapshots)
            && e.Sequence == wave.SequenceOf(neighbours.Length) + (uint)rank;
    }

    static Wave WaveOf(in Event e) => new() { Due = new Moment(e.Time, e.Depth), Sent = e.Sent };

    /// <summary>The message of an agent that carries some snapshots of its vectors.</summary>
    CohortMessage MessageOf(MessageKind kind, int index, ReadOnlySpan<int> snapshots)
    {
        Span<int> vectors = stackalloc int[snapshots.Length];
        for (var i = 0; i < vectors.Length; i++)
            vectors[i] = VectorLike(index, snapshots[i]);
        return new(kind, new VectorNumbers(vectors), OriginOf(snapshots[0]), default);
    }

    bool IsOf(in Wave wave, in Event e, int index, ReadOnlySpan<int> snapshots) =>
        wave.Due == new Moment(e.Time, e.Depth) && e.Sent == wave.Sent && Carries(in wave, index, snapshots);

    /// <summary>Whether these are an agent's snapshots of what a wave carries.</summary>
    bool Carries(in Wave wave, int index, ReadOnlySpan<int> snapshots)
    {
        for (var i = 0; i < snapshots.Length; i++)
        {
            if (OriginOf(snapshots[i]) != wave.Origin || !IsLike(index, wave.Vectors[i], snapshots[i]))
                return false;
        }
        return true;
    }

    Origin OriginOf(int snapshot)
    {
        ref var s = ref _snapshots[snapshot];
        return new Origin(s.Version, s.Birth, s.Compute, s.Wire, s.Birth);
    }

    /// <summary>The first vector of an agent with the bits of a snapshot; -1 for none.</summary>
    int VectorLike(int index, int snapshot)
    {
        for (var v = 0; v < _roles[0].Dimensions.Length; v++)
        {
            if (IsLike(index, v, snapshot))
                return v;
        }
        return -1;
    }

    bool IsLike(int index, int vector, int snapshot) =>
        vector >= 0 && _snapshots[snapshot].Version >= 0
        && new ReadOnlySpan<byte>(_roles[0].Vector(vector, index), _roles[0].Dimensions[vector] * sizeof(T))
            .SequenceEqual(new(_snapshots[snapshot].Data, _snapshots[snapshot].Dimension * sizeof(T)));

    /// <summary>
    /// The rows that all agents hold, as a wave that came, or none; null where some hold what others do not.
    /// </summary>
    (Wave Wave, HeldRows Rows)? FindHeld()
    {
        var role = _roles[0];
        var (wave, rows) = (default(Wave), default(HeldRows));
        for (var r = 0; r < role.RowIterations.Length; r++)
        {
            for (var k = 0; k < role.RowIterations[r]; k++)
            {
                var held = *role.RowsHeld(r, 0, k);
                for (var i = 0; i < role.Layout.Agents; i++)
                {
                    if (*role.RowsHeld(r, i, k) != (held == 0 ? 0 : role.Layout.Topology.InDegree(i)))
                        return null;
                }
                var declared = role.Layout.NeighbourRowSets[r];
                var isFound = rows.IsAny && r == rows.First + declared.Vector
                    && k == rows.Iteration % role.RowIterations[r];
                if (held == 0 || isFound)
                    continue;
                if (rows.IsAny || declared.Vector > 0 || declared.HasBodies
                    || HeldIn(r, declared.Kind, k) is not { } found)
                    return null;
                (wave, rows) = (found, new(r, declared.Kind.VectorCount, found.Origin.Version));
            }
        }
        return (wave, rows);
    }

    /// <summary>The wave that full rows came from; null where they came from several.</summary>
    Wave? HeldIn(int rows, MessageKind kind, int k)
    {
        var role = _roles[0];
        var wave = default(Wave);
        Span<int> snapshots = stackalloc int[kind.VectorCount];
        for (var i = 0; i < role.Layout.Agents; i++)
        {
            var neighbours = role.Layout.Topology.InNeighbours(i);
            for (var n = 0; n < neighbours.Length; n++)
            {
                for (var v = 0; v < snapshots.Length; v++)
                {
                    // Where vectors of a message were mixed one by one, some are held and others are not.
                    if (*role.Row(rows + v, i, n, k) is var row and > 0)
                        snapshots[v] = row - 1;
                    else
                        return null;
                }
                if (!wave.IsPending)
                    wave = new() { Message = MessageOf(kind, neighbours[n], snapshots) };
                if (!Carries(in wave, neighbours[n], snapshots) || wave.Origin.Version % role.RowIterations[rows] != k)
                    return null;
            }
        }
        return wave;
    }

    /// <summary>Gives up all events but faults, and whatever agents hold.</summary>
    void DropEvents()
    {
        var faults = new List<Event>();
        while (events.Queue.TryPeek(out var next))
        {
            var e = next;
            events.Queue.RemovePeeked();
            turn.Enter(e.Receiver);
            if (e.Type == EventType.Message)
                payloads.Release(in e);
            else if (e.Type is EventType.Crash or EventType.Restart)
                faults.Add(e);
            else if (events.IsLive(in e))
                computations.Free(e.Payload);
        }
        foreach (var fault in faults)
            events.Queue.Insert(in fault);
        for (var i = 0; i < _roles[0].Layout.Agents; i++)
        {
            turn.Enter(_roles[0].First + i);
            for (var r = 0; r < turn.Role.RowIterations.Length; r++)
            {
                for (var k = 0; k < turn.Role.RowIterations[r]; k++)
                {
                    if (*turn.Role.RowsHeld(r, i, k) > 0)
                        vectors.ReleaseRows(new NeighbourRows(r), turn.Role.Layout.Topology.InDegree(i), k);
                }
            }
        }
    }
}
