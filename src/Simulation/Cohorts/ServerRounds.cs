using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Kernels;
using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.Scripts;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Cohorts;

/// <summary>
/// Rounds of a server and its workers: while all workers act in lockstep, what is pending is one of three waves,
/// messages to all workers, a computation of each, or a message of each to the server. A handler of the first worker
/// says what all of them do; the server handles its messages one by one, in their order, without events in a queue.
/// </summary>
sealed unsafe partial class ServerRounds<T> : IDisposable
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly World<T> _world;
    readonly RoleMemory<T> _workers;
    readonly BatchEvaluator<T> _evaluator;
    readonly HostRoundArrays<T> _arrays;
    readonly Snapshots<T> _snapshots;
    readonly Recording _record;
    // The handler of the first worker, and of the second with what only a worker itself is told exchanged.
    readonly CohortRecorder _script;
    readonly CohortRecorder _other;
    readonly byte[] _state;
    readonly byte[] _otherState;
    readonly Ties _ties;
    readonly (long Down, long Up) _delays;

    // What every worker has sent and requested since the rounds began.
    uint _sent;
    uint _requested;

    ServerRounds(
        World<T> world, (RoleLayout Server, RoleLayout Workers) roles, OracleSet<T> oracles,
        BatchEvaluator<T> evaluator, Snapshots<T> snapshots, Recording record, (long, long) delays)
    {
        (_world, _evaluator, _snapshots, _record, _delays) = (world, evaluator, snapshots, record, delays);
        _workers = world.Roles[roles.Workers.Index];
        Server = roles.Server.First;
        (_script, _other) = (new(new Peer(Server)), new(new Peer(Server)));
        (_state, _otherState) = (new byte[_workers.StateBytes], new byte[_workers.StateBytes]);
        _ties = new Ties(world.Seed);
        _arrays = new HostRoundArrays<T>(world, _workers, Server, oracles, evaluator, snapshots);
    }

    /// <summary>The rounds of a run whose workers may act in lockstep; null where they cannot.</summary>
    public static ServerRounds<T>? Of(
        World<T> world, OracleSet<T> oracles, BatchEvaluator<T> evaluator, Snapshots<T> snapshots, Recording record) =>
        // Its kernels are the processor's: a device has bits of its own.
        evaluator.Device is null && Lockstep.ServerDelays(world.Plan, world.Layout) is { } delays
            ? new(world, Lockstep.ServerAndWorkers(world.Layout)!.Value, oracles, evaluator, snapshots, record, delays)
            : null;

    /// <summary>The server's number.</summary>
    public int Server { get; }

    public RoleMemory<T> Workers => _workers;

    public bool IsActive { get; private set; }

    /// <summary>Whether agents turned out to act in a way that is not handled at once.</summary>
    public bool IsGivenUp { get; private set; }

    /// <summary>Messages to the workers.</summary>
    public Wave Down;

    /// <summary>Computations of the workers.</summary>
    public Wave Computing;

    /// <summary>Messages to the server.</summary>
    public Wave Up;

    /// <summary>The slot that every worker holds a snapshot in, and how it came.</summary>
    public (Slot Slot, int Snapshot, Origin Origin)? Held;

    /// <summary>When the wave that is pending is due.</summary>
    public Moment Next => Down.IsPending ? Down.Due
        : Computing.IsPending ? Computing.Due
        : Up.IsPending ? Up.Due
        : Moment.Never;

    public long Bytes => _arrays.Bytes + (_order.Length * 2L * sizeof(ulong));

    public HostRoundArrays<T> Arrays => _arrays;

    public void Dispose() => _arrays.Dispose();

    /// <summary>
    /// Begins rounds with messages to all workers, if these are in states that are alike and nothing of theirs is
    /// pending.
    /// </summary>
    public bool TryBegin()
    {
        if (!AreAlike())
            return false;
        _arrays.Open(messages: default);
        (_sent, _requested, IsActive) = (0, 0, true);
        return true;
    }

    bool AreAlike()
    {
        ref var first = ref _world.Cores[_workers.First];
        for (var i = 0; i < _workers.Layout.Agents; i++)
        {
            ref var core = ref _world.Cores[_workers.First + i];
            if (core.Flags != 0 || core.FirstRequest != 0
                || (core.Sent, core.Computations) != (first.Sent, first.Computations))
                return false;
        }
        return _workers.AreAlike();
    }

    /// <summary>Gives every worker what is noted once for all, so that each can be looked at by itself.</summary>
    public void Settle()
    {
        if (!IsActive)
            return;
        _workers.CopyFirstState();
        for (var i = 0; i < _workers.Layout.Agents; i++)
        {
            ref var core = ref _world.Cores[_workers.First + i];
            core.Acted = Math.Max(core.Acted, _now.Time);
            core.Sent += _sent;
            core.Computations += _requested;
        }
        _arrays.Settle();
        (_sent, _requested) = (0, 0);
    }

    /// <summary>Ends the rounds: every worker has its own state, counters and slots again.</summary>
    public void End()
    {
        Settle();
        _arrays.Dispose();
        if (Held is var (slot, snapshot, origin))
        {
            for (var i = 0; i < _workers.Layout.Agents; i++)
            {
                _snapshots.AddReference(snapshot);
                ref var s = ref _snapshots[snapshot];
                *_workers.Slot(slot.Index, i) = new SlotRecord
                {
                    Snapshot = snapshot + 1,
                    Compute = origin.Compute - s.Compute,
                    Wire = origin.Wire - s.Wire,
                };
            }
            _snapshots.Release(snapshot);
        }
        (IsActive, Down, Computing, Up, Held) = (false, default, default, default, null);
    }

    /// <summary>From here on agents are handled one by one.</summary>
    public void GiveUp() => IsGivenUp = true;

    /// <summary>How many computations every worker has requested, and messages it has sent.</summary>
    (uint Computations, uint Messages) Counters
    {
        get
        {
            ref var first = ref _world.Cores[_workers.First];
            var computations = (uint)first.Computations + _requested;
            return (computations, first.Sent + _sent - computations);
        }
    }

    /// <summary>When a message of the server that is sent now comes to a worker.</summary>
    public Moment DownAt(long now, uint depth) => new Moment(now, depth).After(_delays.Down);

    /// <summary>Handles the workers' wave that is due; false if they do not act alike.</summary>
    public bool TryHandle(Moment now)
    {
        if (!TryRecord(now) || !Fits())
            return false;
        _state.CopyTo(new Span<byte>(_workers.State(0), _workers.StateBytes));
        Execute(now);
        return true;
    }

    /// <summary>Records what two workers do: what depends on which it is, is not done for all at once.</summary>
    bool TryRecord(Moment now)
    {
        try
        {
            Record(now, 0, _script, _state);
            Record(now, 1, _other, _otherState);
        }
        catch (NotAlikeException)
        {
            return false;
        }
        return !_script.IsBeyond && _script.IsLike(_other) && _state.AsSpan().SequenceEqual(_otherState);
    }

    void Record(Moment now, int worker, CohortRecorder script, byte[] copy)
    {
        script.Begin(new Instant(now.Time, new Peer(_workers.First + worker), Counters.Computations));
        new ReadOnlySpan<byte>(_workers.State(0), _workers.StateBytes).CopyTo(copy);
        fixed (byte* state = copy)
        {
            if (Down.Message is { } message)
            {
                var m = new Received
                {
                    Sender = new Peer(Server),
                    Kind = message.Kind,
                    Vector = CohortRecorder.Brought,
                    Origin = Down.OriginAt(now.Time),
                    Contents = message.BodyTo(worker),
                };
                script.BeginHandler(m.Origin, isLast: true);
                _workers.Program.Message(state, in m, script);
            }
            else
            {
                var c = new Computed
                {
                    Id = new ComputationId(Computing.Before.Computations),
                    Oracle = Computing.Computation!.Oracle,
                    Origin = Computing.OriginAt(now.Time),
                };
                script.BeginHandler(c.Origin, isLast: true);
                _workers.Program.Completion(state, in c, script);
            }
        }
    }

    bool Fits()
    {
        var held = Down.IsPending && _script.HeldSlot is { } slot ? slot : Held?.Slot;
        bool IsThere(Operand x) =>
            x.Kind == OperandKind.Vector || (x.Kind == OperandKind.Slot && held is { } s && s.Index == x.Index);
        // What is computed at or sent keeps its contents, and comes last.
        var isOver = false;
        foreach (var op in _script.Ops)
        {
            if (isOver)
                return false;
            if (op.Kind is CohortOpKind.Compute or CohortOpKind.Send)
                isOver = true;
            else if (op.Kind is CohortOpKind.Mix or CohortOpKind.Step or CohortOpKind.Update || !IsThere(op.X))
                return false;
        }
        if (_script.Sent is { } sent
            && sent.Kind.Vectors[0].Resolve(_world.Layout.Context.Dimension) != _workers.Dimensions[sent.Vector])
            return false;
        return _script.Computation is not { } c
            || ((c.Oracle.InputCount < 1 || IsThere(c.Input))
                && (c.Input.Kind == OperandKind.Slot || c.Origin.Version == Origin.Unversioned)
                && (c.Oracle.InputCount < 2 || IsThere(c.Input1))
                && (c.Oracle.InputCount < 3 || IsThere(c.Input2))
                && (c.Batch > 0 || _world.Plan.Compute.PerSample == VirtualTime.Zero || HasEqualShards));
    }

    bool HasEqualShards
    {
        get
        {
            var size = _evaluator.Evaluator.ShardSize(0);
            for (var i = 1; i < _workers.Layout.Agents; i++)
            {
                if (_evaluator.Evaluator.ShardSize(i) != size)
                    return false;
            }
            return true;
        }
    }
}
