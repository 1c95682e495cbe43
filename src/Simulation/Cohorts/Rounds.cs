using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.Scripts;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Cohorts;

/// <summary>
/// Rounds: all agents of a role act in lockstep from the start of the run on, so that their pending events are a few
/// <see cref="Wave"/>s instead of one event, one request and one snapshot each, and a round of handlers is one pass
/// over arrays. Whatever does not fit ends them: waves expand into the events that they stand for, with the same bits.
/// </summary>
sealed unsafe partial class Rounds<T> : IDisposable
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly World<T> _world;
    readonly RoleMemory<T> _role;
    readonly Topology _topology;
    readonly OracleSet<T> _oracles;
    readonly BatchEvaluator<T> _evaluator;
    readonly Recording _record;
    readonly IRoundArrays _arrays;
    readonly RoundOrder _order;
    readonly long _delay;

    // The first agent's handlers are recorded twice, with their events in two orders, on copies of its state.
    readonly CohortRecorder _script = new();
    readonly CohortRecorder _reordered = new();
    readonly byte[] _state;
    readonly byte[] _reorderedState;

    // Updates per agent that its own record does not hold yet, by staleness.
    readonly Dictionary<long, long> _updates = [];

    bool _isActive;
    long _acted;
    Wave _completions;
    Wave _messages;
    Wave _heldMessages;
    HeldRows _held = HeldRows.None;
    (uint Computations, uint Messages) _sent;

    Rounds(
        World<T> world, OracleSet<T> oracles, BatchEvaluator<T> evaluator, Recording record, long delay,
        IRoundArrays arrays)
    {
        (_world, _role, _oracles, _evaluator, _record, _delay, _arrays) =
            (world, world.Roles[0], oracles, evaluator, record, delay, arrays);
        _topology = _role.Layout.Topology;
        (_state, _reorderedState) = (new byte[_role.StateBytes], new byte[_role.StateBytes]);
        _order = new RoundOrder(_topology, server: -1, new Ties(world.Seed), _role.First);
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
        if (Lockstep.Delay(world.Plan, world.Layout) is not { } delay)
            return null;
        // A device has bits of its own: what it computes one by one it computes in rounds, too, or there are none.
        IRoundArrays? arrays = evaluator.Device is { } device
            ? DeviceRoundArrays<T>.Of(world, device)
            : new HostRoundArrays<T>(world, world.Roles[0], server: -1, oracles, evaluator, snapshots);
        misses = arrays is null;
        return arrays is null ? null : new Rounds<T>(world, oracles, evaluator, record, delay, arrays);
    }

    /// <summary>When the next wave is due.</summary>
    public Moment Next => Moment.Min(
        _completions.IsPending ? _completions.Due : Moment.Never, _messages.IsPending ? _messages.Due : Moment.Never);

    public long Bytes => _isActive ? _arrays.Bytes : 0;

    public void Dispose() => _arrays.Dispose();

    /// <summary>Starts all agents at once; false if they do not act alike.</summary>
    public bool TryStart()
    {
        _isActive = _role.AreAlike() && TryHandle(new Moment(0, 0), isStart: true);
        return _isActive;
    }

    /// <summary>Handles what is due next at all agents; false if it cannot be handled at once.</summary>
    public bool TryHandle(Moment now, bool isStart = false)
    {
        var due = _completions.IsPending && _completions.Due == now ? _completions : default;
        var arrived = _messages.IsPending && _messages.Due == now ? _messages : default;
        var work = new RoundWork(now, due, arrived, _script.Ops);
        if (!TryRecord(in work, isStart) || !Fits(in work))
            return false;
        _state.CopyTo(new Span<byte>(_role.State(0), _role.StateBytes));
        if (isStart)
            _arrays.Open(messages: default);
        Note(in work, _arrays.Handle(in work));
        _acted = now.Time;
        Advance(in work);
        return true;
    }

    /// <summary>Gives every agent what is noted once for all, so that each can be looked at by itself.</summary>
    public void Settle()
    {
        if (!_isActive)
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
    /// be made into events, and the rows that are held.
    /// </summary>
    public Pending End()
    {
        Settle();
        _arrays.Dispose();
        for (var i = 0; i < _role.Layout.Agents; i++)
        {
            ref var core = ref _world.Cores[_role.First + i];
            core.Sent += _sent.Computations + (_sent.Messages * (uint)_topology.OutDegree(i));
            core.Computations += _sent.Computations;
        }
        var pending = new Pending(_completions, _messages, _heldMessages, _held);
        (_isActive, _completions, _messages) = (false, default, default);
        (_heldMessages, _held) = (default, HeldRows.None);
        return pending;
    }

    /// <summary>What is still to happen when rounds end.</summary>
    /// <param name="Completions">Computations.</param>
    /// <param name="Messages">Messages under way.</param>
    /// <param name="Held">Messages that came and are held.</param>
    /// <param name="Rows">In which rows.</param>
    public readonly record struct Pending(Wave Completions, Wave Messages, Wave Held, HeldRows Rows);

    public bool IsActive => _isActive;
}
