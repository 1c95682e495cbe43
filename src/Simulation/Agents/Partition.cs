using System.Runtime.CompilerServices;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Cohorts;
using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Partitions;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.Rules;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// A share of the agents with its own queue, snapshots and requests. It handles its events in order, up to the end of
/// a window, and is the <see cref="Effects"/> that its agents' programs see. Nothing in here is shared with another
/// partition; messages to other partitions wait in outboxes until the barrier.
/// </summary>
sealed unsafe partial class Partition<T> : VectorEffects<T>, IDisposable
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly PartitionMemory<T> _memory;
    readonly World<T> _world;
    readonly Partitioning _partitioning;
    readonly OracleSet<T> _oracles;
    readonly AgentCore* _cores;
    readonly RoleMemory<T>[] _roles;
    readonly AgentTurn<T> _turn;
    readonly PendingEvents<T> _events;
    readonly MessagePayloads<T> _payloads;
    readonly AgentVectors<T> _vectors;
    readonly AgentComputations<T> _computations;
    readonly Transport<T> _transport;
    readonly Stations<T> _stations;
    readonly TokenWatch<T> _tokens;
    readonly EventTaps _taps;
    readonly bool _isTapped;
    readonly WorkBudget _budget = new();
    readonly Prefetcher<T>? _prefetcher;
    readonly Snapshots<T> _snapshots;
    readonly Slab<Request<T>> _requests;
    readonly Rounds<T>? _rounds;
    readonly ServerRounds<T>? _serverRounds;

    /// <summary>Whether agents could act in rounds, but the device cannot hold them.</summary>
    public readonly bool MissesRounds;

    // The event taken last: ties are neighbours in the partition's order.
    long _lastTime = -1;
    int _lastReceiver;
    (ushort Depth, EventClass Class) _lastRank;

    public Partition(
        World<T> world, Partitioning partitioning, int number, BatchEvaluator<T> evaluator, OracleSet<T> oracles,
        EventTaps taps, bool oneByOne, int sweepLeast = SweepLeast)
        : base(world.Plan)
    {
        _memory = new PartitionMemory<T>(world, number);
        _world = world;
        _partitioning = partitioning;
        (_taps, _isTapped) = (taps, taps.IsAny);
        _oracles = oracles;
        _cores = world.Cores.Pointer;
        _roles = world.Roles;
        (_snapshots, _requests) = (_memory.Snapshots, _memory.Requests);
        _turn = new AgentTurn<T>(_memory);
        _payloads = new MessagePayloads<T>(_memory, _turn);
        _vectors = new AgentVectors<T>(_memory, _turn);
        _prefetcher = Prefetcher<T>.Of(_memory, evaluator.Evaluator);
        _span = oneByOne ? 0 : SpanOf(world.Plan, world.Layout);
        _events = new PendingEvents<T>(_memory, _turn, partitioning, _prefetcher) { Span = _span };
        _computations = new AgentComputations<T>(
            _memory, _turn, _vectors, _events, evaluator, oracles, _budget, hasEvents: taps.Port is null);
        _transport = new Transport<T>(_memory, _turn, _events, _payloads, taps);
        _stations = new Stations<T>(_memory, _turn, _events, _payloads, _computations);
        _tokens = new TokenWatch<T>(_memory, _turn, _events, isReplay: taps.Port is not null);
        Image = new PartitionImage<T>(_memory, _turn, _payloads, _computations, _stations);
        Exchange = new Exchange<T>(_memory, _events, _payloads);
        Blocks = new EventBlocks<T>(_memory, _events, _payloads);
        _swept = new SpanEvents(world.Agents);
        Record = _memory.Record;
        // What each agent keeps of its messages is its own: no two act alike then.
        // A metric of events reads one event after the other.
        var mayTakeRounds = !oneByOne && partitioning.Count == 1 && world.Plan.Compress is null && Record.Tally is null;
        _rounds = mayTakeRounds ? Rounds<T>.Of(world, oracles, evaluator, Record, out MissesRounds) : null;
        _serverRounds = mayTakeRounds ? ServerRounds<T>.Of(world, oracles, evaluator, _snapshots, Record) : null;
        _sweepLeast = sweepLeast;
        Sweeps(eventsPerSpan: 0);
    }

    public int Number => _memory.Number;

    /// <summary>What its messages carry.</summary>
    public MessagePayloads<T> Payloads => _payloads;

    /// <summary>What checkpoints keep of it.</summary>
    public PartitionImage<T> Image { get; }

    /// <summary>What passes between it and others of the process.</summary>
    public Exchange<T> Exchange { get; }

    /// <summary>What passes between it and others elsewhere.</summary>
    public EventBlocks<T> Blocks { get; }

    public Recording Record { get; }

    /// <summary>What is still to happen to its agents.</summary>
    public PendingEvents<T> Events => _events;

    /// <summary>How many different versions of vectors are stored beside the vectors, or share their memory.</summary>
    public int VersionsStored => _snapshots.Stored;

    public long LastTime { get; private set; }

    public long Bytes => _events.Queue.Bytes + _memory.Bytes + SweepBytes
        + (_rounds?.Bytes ?? 0) + (_serverRounds?.Bytes ?? 0);

    public override Peer Self => new(_turn.Agent);

    public override int Index => _turn.Index;

    public override int Place => _turn.Core->Place;

    public void Dispose()
    {
        _memory.Dispose();
        _rounds?.Dispose();
        _serverRounds?.Dispose();
    }

    /// <summary>Its agents of a role, ascending.</summary>
    public IReadOnlyList<AgentRange> RangesOf(RoleLayout role) => _partitioning.Ranges(role, Number);

    /// <summary>Schedules the crashes of its agents, and starts them, at virtual time 0.</summary>
    public void Start()
    {
        foreach (var crash in CrashSchedule.Of(_world.Plan, _world.Layout))
        {
            if (_partitioning.Of(crash.Agent) != Number)
                continue;
            _events.InsertFault(crash.Agent, EventType.Crash, crash.At, 0, crash.Number, crash.Fault);
            if (crash.Until is { } until)
                _events.InsertFault(crash.Agent, EventType.Restart, until, crash.At, crash.Number + 1, crash.Fault);
        }
        if (!_isTapped && _rounds is not null && _rounds.TryStart())
            return;
        if (CanCollect)
            BeginCollecting();
        foreach (var role in _world.Layout.Roles)
        {
            foreach (var agents in RangesOf(role))
            {
                for (var i = agents.First; i < agents.End; i++)
                    Start(role.First + i);
            }
        }
        if (_collects)
            EndCollecting();
    }

    /// <summary>Starts an agent, at virtual time 0 or, in a replay, when its host did.</summary>
    public void Start(int agent, long now = 0)
    {
        _turn.SetTime(now, 0);
        _turn.Enter(agent);
        _taps.Observer?.Started(agent, now);
        _turn.Role.Program.Start(_turn.Role.State(_turn.Index), this);
        _turn.ReleaseHeld();
        _tokens.Watch();
    }

    /// <summary>Handles all events before the end of a window, unless cancelled.</summary>
    public void Run(Moment end, CancellationToken cancellation)
    {
        if (Next.CompareTo(end) >= 0)
            return;
        while (!TryRunRounds(end, cancellation) && !TryRunServerRounds(end, cancellation)
            && TryRunPart(end, cancellation) && !cancellation.IsCancellationRequested)
        {
        }
        LastTime = _turn.Now;
    }

    /// <summary>
    /// Handles events until it is time to look at cancellation; false when none is left before the end. It returns
    /// often, so that the runtime soon replaces it by what it compiles with the profile of the first calls.
    /// </summary>
    bool RunUntilLook(long time, uint depth)
    {
        while (_events.Queue.TryPeek(out var e) && (e.Time < time || (e.Time == time && e.Depth < depth)))
        {
            TakePeeked(in e);
            _turn.SetTime(e.Time, e.Depth);
            Handle(in e);
            _budget.SpendEvent();
            if (_budget.IsSpent)
                return true;
        }
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void TakePeeked(in Event e)
    {
        _events.Queue.RemovePeeked();
        NoteTie(in e);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void NoteTie(in Event e)
    {
        if (e.Time == _lastTime && e.Receiver == _lastReceiver && _lastRank == (e.Depth, e.Class))
            Record.Ties++;
        (_lastTime, _lastReceiver, _lastRank) = (e.Time, e.Receiver, (e.Depth, e.Class));
    }

    void Handle(in Event e)
    {
        _turn.Enter(e.Receiver);
        if ((_turn.Core->Flags & (AgentFlags.Stopped | AgentFlags.Down)) != 0 && e.Type != EventType.Restart)
        {
            _stations.Discard(in e);
            return;
        }
        switch (e.Type)
        {
            case EventType.Message:
                if (_turn.Role.HasStation && _stations.MustWait(in e))
                    return;
                HandleMessage(in e, service: 0);
                break;
            case EventType.AtReceiverCard:
                _transport.PassReceiverCard(in e);
                return;
            case EventType.ServiceEnd:
                if (_stations.TryEndService(in e, out var served, out var service))
                    HandleMessage(in served, service);
                break;
            case EventType.Computed:
            case EventType.Timer:
                if (!_events.IsLive(in e))
                    return;
                if (_turn.Role.HasStation && _stations.MustWait(in e))
                    return;
                HandleRequest(in e);
                break;
            case EventType.Arrived:
                if (_tokens.MustWaitAtDoor(in e))
                    return;
                HandleArrival(in e);
                _tokens.Watch();
                break;
            case EventType.Crash:
                if (!_tokens.IsExposed)
                    HandleCrash(in e);
                else if (_tokens.TryCrash(in e, out var crash))
                    HandleCrash(in crash);
                return;
            case EventType.Restart:
                HandleRestart(in e);
                _tokens.Watch();
                break;
            default:
                throw new InvalidOperationException($"no handler for {e.Type}");
        }
        if (_turn.Role.HasStation)
            ServeWaiting();
    }

    /// <summary>After a handler returned: whatever can be handled now is, in order.</summary>
    void ServeWaiting()
    {
        while (_stations.TryNext(out var e))
        {
            if (e.Type == EventType.Message)
                HandleMessage(in e, service: 0);
            else
                HandleRequest(in e);
        }
    }

    void HandleMessage(in Event e, long service)
    {
        var m = Receive(in e, service);
        Chain(in e, _payloads.HashOf(in e), service);
        if (_serverRounds is not null && _turn.Agent == _serverRounds.Server && CanCollect)
            BeginCollecting();
        _turn.Role.Program.Message(_turn.Role.State(_turn.Index), in m, this);
        if (_collects)
            EndCollecting();
        _turn.ReleaseHeld();
    }

    /// <summary>A message as its handler sees it.</summary>
    Received Receive(in Event e, long service)
    {
        if (Record.IsSampled(_turn.Agent) && e.Time > e.Sent)
            Record.Span(_turn.Agent, "wire", _world.Kinds[e.Kind].Name, e.Sent, e.Time, e.Sender);
        return _payloads.Receive(in e, service);
    }

    void HandleRequest(in Event e)
    {
        if (e.Type == EventType.Timer)
        {
            var fired = _computations.Fire(e.Payload);
            Chain(in e, (ulong)fired.Tag);
            _turn.Role.Program.Timer(_turn.Role.State(_turn.Index), in fired, this);
        }
        else
        {
            var c = _computations.Commit(e.Payload, out var hash);
            Chain(in e, hash);
            _turn.Role.Program.Completion(_turn.Role.State(_turn.Index), in c, this);
        }
        _turn.ReleaseHeld();
    }

    void HandleArrival(in Event e)
    {
        var arrived = new Arrived(e.IsLost ? e.Extra : e.Payload, e.Extra, e.IsLost);
        _turn.Core->Place = arrived.Place;
        _turn.Core->Flags &= ~(AgentFlags.Moving | AgentFlags.AtDoor);
        var acted = _turn.Core->Acted;
        Chain(in e, (ulong)arrived.Place);
        if (e.IsLost)
            _turn.Core->Acted = acted; // it is where it was
        _turn.Role.Program.Arrival(_turn.Role.State(_turn.Index), in arrived, this);
        _turn.ReleaseHeld();
    }

    /// <summary>Folds an event into the agent's chain: what it was, when, from whom, with which bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Chain(in Event e, ulong payload, long service = 0)
    {
        Record.Events++;
        if (_isTapped)
            Observe(in e, service);
        var chain = VectorHash.Chain(_turn.Core->Chain, (ulong)_turn.Now);
        chain = VectorHash.Chain(chain, ((ulong)e.Type << 48) | ((ulong)e.Kind << 32) | e.Sequence);
        chain = VectorHash.Chain(chain, (uint)e.Sender);
        _turn.Core->Chain = VectorHash.Chain(chain, payload);
        _turn.Core->Acted = _turn.Now;
    }
}
