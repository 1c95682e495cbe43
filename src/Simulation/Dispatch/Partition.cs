using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Agents;
using AsyncOpt.Simulation.Cohorts;
using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Exchanges;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Partitions;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.Rules;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Dispatch;

/// <summary>
/// A share of the agents with its own events, snapshots and requests. It handles its events in order, up to the end of
/// a window. Nothing in here is shared with another partition; messages to other partitions wait in outboxes until the
/// barrier.
/// </summary>
sealed class Partition<T> : IDisposable
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly PartitionMemory<T> _memory;
    readonly Partitioning _partitioning;
    readonly AgentTurn<T> _turn;
    readonly EventLoop<T> _loop;
    readonly ServerBroadcast<T>? _broadcast;
    readonly Rounds<T>? _rounds;
    readonly RoundEvents<T>? _roundEvents;
    readonly RoundResumption<T>? _resumption;
    readonly ServerTurns<T>? _serverTurns;

    /// <summary>Whether agents could act in rounds, but the device cannot hold them.</summary>
    public readonly bool MissesRounds;

    /// <param name="world">The memory of all agents.</param>
    /// <param name="partitioning">Which partition an agent belongs to.</param>
    /// <param name="number">Which partition this is.</param>
    /// <param name="evaluator">Evaluates its computations.</param>
    /// <param name="oracles">What can be computed.</param>
    /// <param name="taps">Who hears what agents do.</param>
    /// <param name="oneByOne">Whether events are handled one by one, in the order of time.</param>
    /// <param name="sweepLeast">Spans of fewer events are handled in the order of time.</param>
    /// <param name="movingLeast">Vectors of so many bytes move instead of being copied.</param>
    public Partition(
        World<T> world, Partitioning partitioning, int number, BatchEvaluator<T> evaluator, OracleSet<T> oracles,
        EventTaps taps, bool oneByOne, int sweepLeast = EventLoop<T>.SweepLeast,
        long movingLeast = LongVectors<T>.MovingLeast)
    {
        _memory = new PartitionMemory<T>(world, number);
        _partitioning = partitioning;
        Device = evaluator.Device?.Description.Numerics ?? NumericsClass.Processor;
        _turn = new AgentTurn<T>(_memory);
        var budget = new WorkBudget();
        var prefetcher = Prefetcher<T>.Of(_memory, evaluator.Evaluator);
        // Who hears of events hears of one after the other.
        var isPlain = !oneByOne && !taps.IsAny;
        Events = new PendingEvents<T>(_memory, _turn, partitioning, prefetcher)
        {
            Span = isPlain ? EventLoop<T>.SpanOf(world.Plan, world.Layout) : 0,
        };
        Payloads = new MessagePayloads<T>(_memory, _turn);
        var vectors = new AgentVectors<T>(_memory, _turn);
        var programDraws = new ProgramDrawsAhead<T>(world.Seed, world.Cores);
        var jitters = world.Plan.Compute.Jitter is { } jitter
            ? new JittersAhead<T>(world.Seed, jitter, world.Cores)
            : null;
        var computations = new AgentComputations<T>(
            _memory, _turn, vectors, Events, evaluator, oracles, budget, jitters, hasEvents: taps.Port is null);
        var cards = world.Links.Shared is { } shared
            ? new CardMessages<T>(shared, _memory, _turn, Events, Payloads)
            : null;
        var retries = world.Links.Retransmission is { } how
            ? new Retries<T>(how, _memory, _turn, Events, Payloads)
            : null;
        var recollections = world.Links.Recalling is not null ? new Recollections<T>(_memory, _turn, Payloads) : null;
        var transport = new Transport<T>(_memory, _turn, Events, Payloads, cards, recollections, retries, taps);
        var stations = new Stations<T>(_memory, _turn, Events, Payloads, computations);
        var tokens = new TokenWatch<T>(_memory, _turn, Events, isReplay: taps.Port is not null);
        // What each agent keeps of its messages is its own: no two act alike then.
        // A metric of events reads one event after the other.
        if (isPlain && partitioning.Count == 1 && world.Plan.Compress is null
            && Record is { Tally: null, Schedule: null })
            _rounds = Rounds<T>.Of(world, oracles, evaluator, _memory.Snapshots, Record, out MissesRounds);
        if (_rounds is { Server: >= 0 })
            _broadcast = new ServerBroadcast<T>(_rounds, _memory, _turn, Events, Payloads, budget);
        // Rounds need the vectors of all agents one after the other.
        if (_rounds is null)
        {
            // A buffer that nobody uses holds where the next one is.
            movingLeast = Math.Max(movingLeast, sizeof(long));
            foreach (var role in world.Roles)
                role.LetMove(movingLeast);
            evaluator.LongLeast = movingLeast;
            if (!evaluator.IsAlone)
                Snapshots.NotedLeast = movingLeast;
        }
        var longVectors = evaluator.Threads > 1 ? new LongVectors<T>(evaluator, movingLeast) : null;
        var effects = new AgentEffects<T>(
            _memory, _turn, vectors, computations, transport, Payloads, _broadcast, programDraws, longVectors);
        Dispatcher = new EventDispatcher<T>(
            _memory, _turn, Payloads, computations, transport, stations, tokens,
            new StateLoss<T>(_memory, _turn, vectors), _broadcast, effects, taps);
        _loop = new EventLoop<T>(
            _memory, _turn, Events, Dispatcher, budget, prefetcher,
            jitters is null ? [programDraws] : [programDraws, jitters], _rounds, sweepLeast);
        if (_rounds is not null)
        {
            if (_broadcast is not null)
                _serverTurns = new ServerTurns<T>(_rounds, _memory, _turn, _broadcast, Dispatcher);
            _roundEvents = new RoundEvents<T>(
                _rounds, _memory, _turn, Events, vectors, Payloads, computations, _broadcast, _serverTurns);
            _resumption = new RoundResumption<T>(
                _rounds, _memory, _turn, Events, Payloads, vectors, computations, oracles);
        }
        Exchange = new Exchange<T>(_memory, Events, Payloads);
        Blocks = new EventBlocks<T>(_memory, Events, Payloads);
        Image = new PartitionImage<T>(_memory, _turn, Payloads, computations, stations, cards, recollections);
        Underway = new Underway<T>(_memory, _turn, Events, stations, cards);
    }

    public int Number => _memory.Number;

    /// <summary>What evaluates its computations, as <see cref="NumericsClass.Device"/> has it.</summary>
    public string Device { get; }

    public Recording Record => _memory.Record;

    /// <summary>What is still to happen to its agents.</summary>
    public PendingEvents<T> Events { get; }

    /// <summary>What its messages carry.</summary>
    public MessagePayloads<T> Payloads { get; }

    /// <summary>Handles its events.</summary>
    public EventDispatcher<T> Dispatcher { get; }

    /// <summary>What passes between it and others of the process.</summary>
    public Exchange<T> Exchange { get; }

    /// <summary>What passes between it and others elsewhere.</summary>
    public EventBlocks<T> Blocks { get; }

    /// <summary>What checkpoints keep of it.</summary>
    public PartitionImage<T> Image { get; }

    /// <summary>Counts what is on its way.</summary>
    public Underway<T> Underway { get; }

    /// <summary>The snapshots that messages, slots, rows and requests of this partition refer to.</summary>
    public Snapshots<T> Snapshots => _memory.Snapshots;

    /// <summary>How many different versions of vectors are stored beside the vectors, or share their memory.</summary>
    public int VersionsStored => Snapshots.Stored;

    public long LastTime { get; private set; }

    public long Bytes => Events.Queue.Bytes + _memory.Bytes + _loop.Bytes
        + (_rounds?.Bytes ?? 0) + (_serverTurns?.Bytes ?? 0);

    /// <summary>
    /// Whether anything is left to happen that lets an agent act: a crash alone does not, nor what was given up.
    /// </summary>
    public bool IsRunnable => NextRound != Moment.Never
        || (Events.Queue.TryPeek(out var next) && (Acts(in next) || Events.Live().Any(e => Acts(in e))));

    /// <summary>When its earliest event happens.</summary>
    public Moment Next => Moment.Min(Events.Next, NextRound);

    Moment NextRound => _rounds?.Next ?? Moment.Never;

    bool Acts(in Event e) => e.Type != EventType.Crash && Events.IsLive(in e);

    public void Dispose()
    {
        _memory.Dispose();
        _rounds?.Dispose();
    }

    /// <summary>Its agents of a role, ascending.</summary>
    public IReadOnlyList<AgentRange> RangesOf(RoleLayout role) => _partitioning.Ranges(role, Number);

    /// <summary>Schedules the crashes of its agents, and starts them, at virtual time 0.</summary>
    public void Start()
    {
        var (plan, layout) = (_memory.World.Plan, _memory.World.Layout);
        foreach (var crash in CrashSchedule.Of(plan, layout))
        {
            if (_partitioning.Of(crash.Agent) != Number)
                continue;
            Events.InsertFault(
                crash.Agent, EventType.Crash, crash.At, 0, crash.Number, crash.Fault, crash.IsStateLost);
            if (crash.Until is not { } until)
                continue;
            Events.InsertFault(
                crash.Agent, EventType.Restart, until, crash.At, crash.Number + 1, crash.Fault, crash.IsStateLost);
        }
        if (_rounds is not null && _rounds.TryStart())
            return;
        _broadcast?.Begin();
        foreach (var role in layout.Roles)
        {
            foreach (var agents in RangesOf(role))
            {
                for (var i = agents.First; i < agents.End; i++)
                    Dispatcher.Start(role.First + i);
            }
        }
        _broadcast?.TryEnd();
    }

    /// <summary>Handles all events before the end of a window, unless cancelled.</summary>
    public void Run(Moment end, CancellationToken cancellation)
    {
        if (Next.CompareTo(end) >= 0)
            return;
        while (_roundEvents?.TryRun(end, cancellation) != true && _loop.TryRun(end, cancellation)
            && !cancellation.IsCancellationRequested)
        {
        }
        LastTime = _turn.Now;
    }

    /// <summary>Makes what is noted once for all agents visible at each of them.</summary>
    public void Settle() => _rounds?.Settle();

    /// <summary>Makes waves into the events that they stand for; agents are handled one by one from here on.</summary>
    public void EndRounds() => _roundEvents?.End();

    /// <summary>Takes up rounds where agents are in lockstep again, as after a checkpoint.</summary>
    public void TakeUpRounds() => _resumption?.TakeUp();
}
