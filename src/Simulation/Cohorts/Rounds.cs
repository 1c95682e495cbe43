using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.Scripts;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Cohorts;

/// <summary>
/// Rounds: all agents of a role act in lockstep, so that their pending events are a few <see cref="Wave"/>s instead of
/// one event, one request and one snapshot each, and a round of handlers is one pass over arrays. Nodes of a topology
/// begin with the run; workers begin when their server sends all of them the same. Whatever does not fit ends the
/// rounds: waves expand into the events that they stand for, with the same bits.
/// </summary>
sealed unsafe partial class Rounds<T> : IDisposable
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly World<T> _world;
    readonly Lockstep _lockstep;
    readonly RoleMemory<T> _role;
    readonly BatchEvaluator<T> _evaluator;
    readonly Snapshots<T> _snapshots;
    readonly Recording _record;
    readonly IRoundArrays _arrays;
    readonly RoundOrder _order;

    // Who hears from whom; null where all hear from a server, and it from them.
    readonly Topology? _topology;

    // The first agent's handlers are recorded twice, with their events in two orders, on copies of its state.
    readonly CohortRecorder _script;
    readonly CohortRecorder _reordered;
    readonly byte[] _state;
    readonly byte[] _reorderedState;

    // Updates per agent that its own record does not hold yet, by staleness.
    readonly Dictionary<long, long> _updates = [];

    PendingWaves _pending;

    // How many computations, and messages to each receiver, every agent has asked for.
    (uint Computations, uint Messages) _sent;
    long _acted;

    Rounds(
        World<T> world, Lockstep lockstep, BatchEvaluator<T> evaluator, Snapshots<T> snapshots, Recording record,
        IRoundArrays arrays, RoundOrder order)
    {
        (_world, _lockstep, _evaluator, _snapshots) = (world, lockstep, evaluator, snapshots);
        (_record, _arrays, _order, _topology) = (record, arrays, order, order.Topology);
        _role = world.Roles[lockstep.Role.Index];
        (_state, _reorderedState) = (new byte[_role.StateBytes], new byte[_role.StateBytes]);
        Core.Programs.Peer? server = Server < 0 ? null : new(Server);
        (_script, _reordered) = (new(server), new(server));
    }

    /// <summary>The rounds of a run whose agents may act in lockstep; null where they cannot.</summary>
    /// <param name="world">The run.</param>
    /// <param name="oracles">Its oracles.</param>
    /// <param name="evaluator">Knows the device, or evaluates.</param>
    /// <param name="snapshots">The snapshots of the agents.</param>
    /// <param name="record">What is counted.</param>
    /// <param name="misses">Whether they could, if the run's device could hold their arrays.</param>
    public static Rounds<T>? Of(
        World<T> world, OracleSet<T> oracles, BatchEvaluator<T> evaluator, Snapshots<T> snapshots, Recording record,
        out bool misses)
    {
        misses = false;
        if (Lockstep.Of(world.Plan, world.Layout) is not { } lockstep)
            return null;
        var role = world.Roles[lockstep.Role.Index];
        var order = new RoundOrder(role.Layout, lockstep.Server?.First ?? -1, new Ties(world.Seed));
        // A device has bits of its own: what it computes one by one it computes in rounds, too, or there are none.
        IRoundArrays? arrays = evaluator.Device switch
        {
            null => new HostRoundArrays<T>(world, role, order, oracles, evaluator, snapshots),
            { } device when lockstep.Server is null => DeviceRoundArrays<T>.Of(world, device),
            _ => null,
        };
        misses = arrays is null && lockstep.Server is null;
        return arrays is null ? null : new(world, lockstep, evaluator, snapshots, record, arrays, order);
    }

    /// <summary>The server's number; -1 for none.</summary>
    public int Server => _lockstep.Server?.First ?? -1;

    /// <summary>The agents' memory.</summary>
    public RoleMemory<T> Role => _role;

    /// <summary>The arrays of agents that have a server.</summary>
    public HostRoundArrays<T> HostArrays => (HostRoundArrays<T>)_arrays;

    public bool IsActive { get; private set; }

    /// <summary>Whether agents turned out to act in a way that is not handled at once.</summary>
    public bool IsGivenUp { get; private set; }

    /// <summary>Whether rounds may begin again after any event.</summary>
    public bool MayBeginAgain => Server >= 0 && !IsGivenUp;

    /// <summary>When the next wave is due.</summary>
    public Moment Next => Moment.Min(
        Moment.Min(DueOf(in _pending.Completions), DueOf(in _pending.Messages)), DueOf(in _pending.ToServer));

    static Moment DueOf(in Wave wave) => wave.IsPending ? wave.Due : Moment.Never;

    public long Bytes => IsActive ? _arrays.Bytes : 0;

    public void Dispose() => _arrays.Dispose();

    /// <summary>Starts all nodes at once; false if they do not act alike.</summary>
    public bool TryStart()
    {
        IsActive = Server < 0 && _role.AreAlike() && TryHandle(new Moment(0, 0), isStart: true);
        return IsActive;
    }

    /// <summary>Handles what is due next at all agents; false if it cannot be handled at once.</summary>
    public bool TryHandle(Moment now, bool isStart = false)
    {
        static Wave At(Moment now, in Wave wave) => wave.IsPending && wave.Due == now ? wave : default;

        var work = new RoundWork(
            now, At(now, in _pending.Completions), At(now, in _pending.Messages), _script.Ops);
        if (!TryRecord(in work, isStart) || !Fits(in work))
            return false;
        _state.CopyTo(new Span<byte>(_role.State(0), _role.StateBytes));
        if (isStart)
            _arrays.Open(messages: default);
        if (_script.HoldsMessage)
            HoldMessage();
        Note(in work, _arrays.Handle(work with { Model = _pending.Slot?.Snapshot ?? -1 }));
        _acted = now.Time;
        Advance(in work);
        return true;
    }

    /// <summary>The messages that all agents sent to their server, which handles them now; false for none.</summary>
    public bool TryTakeToServer(Moment now, out Wave wave)
    {
        wave = _pending.ToServer;
        if (!wave.IsPending || wave.Due != now)
            return false;
        _pending.ToServer = default;
        return true;
    }

    /// <summary>Gives every agent what is noted once for all, so that each can be looked at by itself.</summary>
    public void Settle()
    {
        if (!IsActive)
            return;
        _role.CopyFirstState();
        for (var i = 0; i < _role.Layout.Agents; i++)
        {
            ref var core = ref _world.Cores[_role.First + i];
            core.Acted = Math.Max(core.Acted, _acted);
        }
        _arrays.Settle();
        foreach (var (staleness, updates) in _updates)
            _record.AddUpdates(_role.First, _role.Layout.Agents, staleness, updates);
        _updates.Clear();
    }

    /// <summary>
    /// Ends the rounds: every agent has its own state and counters again. Returns what is still to happen, for all to
    /// be made into events, and what is held.
    /// </summary>
    public PendingWaves End()
    {
        Settle();
        _arrays.Dispose();
        for (var i = 0; i < _role.Layout.Agents; i++)
        {
            ref var core = ref _world.Cores[_role.First + i];
            core.Sent += _sent.Computations + (_sent.Messages * (uint)_order.OutDegree(i));
            core.Computations += _sent.Computations;
        }
        var pending = _pending;
        (IsActive, _pending) = (false, default);
        return pending;
    }

    /// <summary>From here on agents are handled one by one.</summary>
    public void GiveUp() => IsGivenUp = true;
}
