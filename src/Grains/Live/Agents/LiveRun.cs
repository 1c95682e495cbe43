using System.Collections.Concurrent;
using System.Numerics;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation;
using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.Replay;
using AsyncOpt.Simulation.Rules;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Grains.Live.Agents;

/// <summary>One host's part of a live run: its agents, and what they share.</summary>
abstract class LiveRun : IDisposable
{
    /// <summary>The run's plan.</summary>
    public abstract RunPlan Plan { get; }

    /// <summary>The method's layout.</summary>
    public abstract Layout Layout { get; }

    /// <summary>The current epoch; the loss of a silo begins a new one.</summary>
    public abstract int Epoch { get; set; }

    /// <summary>Why the run cannot go on; null while it can.</summary>
    public abstract string? Failure { get; }

    /// <summary>Whether an agent is on this host.</summary>
    public abstract bool Has(int id);

    /// <summary>Makes an agent of this host, which waits for its start; one that is there gets its turns from now on
    /// from elsewhere.</summary>
    /// <param name="id">Its number in the run.</param>
    /// <param name="post">Lets an event happen in a turn of the agent's own, later, from any thread.</param>
    public abstract LiveAgent Add(int id, Action<LiveEvent> post);

    /// <summary>
    /// Starts the agents of this host that have not been started; those of a later epoch come back, as their silo was
    /// lost.
    /// </summary>
    public abstract void Start();

    /// <summary>Hands on what waits for messages that will never come.</summary>
    public abstract void Flush();

    /// <summary>What is known at the moment.</summary>
    public abstract LiveReport Report();

    /// <summary>What it came to so far.</summary>
    public abstract LiveTotals Totals();

    /// <summary>The name of the run's method.</summary>
    public abstract string MethodName { get; }

    /// <summary>Copies of the memory of agents, for the judge.</summary>
    /// <param name="isLast">Whether the run is over: all agents, who handle nothing any more.</param>
    public abstract Task<SegmentedStream> Sample(bool isLast);

    /// <summary>What was recorded since the last answer; that answer again for who has not got it.</summary>
    /// <param name="taken">How many answers the asker has.</param>
    public abstract SegmentedStream Recorded(int taken);

    /// <summary>Whether the host's part has ended.</summary>
    public abstract bool IsClosed { get; }

    /// <summary>Ends the run with a reason; the first one counts.</summary>
    public abstract void Fail(string reason);

    /// <inheritdoc />
    public abstract void Dispose();

    /// <summary>This host's part of a run.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="transport">Carries messages.</param>
    /// <param name="wheel">The silo's wheel.</param>
    public static LiveRun Of(RunPlan plan, LiveOptions options, ILiveTransport transport, TimingWheel wheel) =>
        plan.Precision == Precision.Float32
            ? new LiveRun<float>(plan, options, transport, wheel)
            : new LiveRun<double>(plan, options, transport, wheel);
}

/// <summary>One host's part of a live run, at the run's float width.</summary>
sealed class LiveRun<T> : LiveRun
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly ThreadLocal<Interpreter<T>> _interpreters;
    readonly ConcurrentDictionary<int, LiveAgent<T>> _agents = new();
    readonly Batcher<T> _batcher;
    readonly byte[][] _usedStateBytes;
    readonly int _width = System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
    readonly T[]? _initial;
    string? _failure;
    SegmentedStream? _news;
    int _answers;
    long _restartsToCome;
    long _delayed;
    bool _isClosed;

    public LiveRun(RunPlan plan, LiveOptions options, ILiveTransport transport, TimingWheel wheel)
    {
        (Plan, Options, Transport, Wheel) = (plan, options, transport, wheel);
        MethodName = EntryAttribute.NameOf(plan.Method);
        Layout = Simulator.LayOut(plan);
        Links = new Links(plan, Layout, isLive: true);
        Kinds = [.. Layout.Kinds];
        KindDimensions = World<T>.DimensionsOf(Layout);
        KindBytes = World<T>.BytesOf(Layout);
        _usedStateBytes = [.. Layout.Roles.Select(r => StateBytes.Of(r.Program))];
        Oracles = Simulator.OraclesOf<T>(plan);
        Evaluator = new OracleEvaluator<T>(plan.Problem, Oracles, plan.Seeds.Run);
        Record = new Recording(plan, Layout);
        Crashes = PlaceCrashes.Of(plan, Layout);
        Clocks = AgentClocks.Of(plan);
        if (plan.InitialPoint is { } point)
        {
            _initial = new T[point.Length];
            Floats.FromDouble(point, _initial.AsSpan());
        }
        _interpreters = new ThreadLocal<Interpreter<T>>(() => new Interpreter<T>(this));
        _batcher = new Batcher<T>(this, options.Threads);
        options.Metrics?.Add(this);
    }

    public override RunPlan Plan { get; }

    public override Layout Layout { get; }

    public override int Epoch { get; set; }

    public override string? Failure => Volatile.Read(ref _failure);

    public override string MethodName { get; }

    public LiveOptions Options { get; }

    public ILiveTransport Transport { get; }

    public TimingWheel Wheel { get; }

    public LiveClock Clock => Options.Clock;

    public Links Links { get; }

    /// <summary>When places are down; null where no token can meet that.</summary>
    public PlaceCrashes? Crashes { get; }

    /// <summary>The clocks by which agents set timers; null where all are right.</summary>
    public AgentClocks? Clocks { get; }

    public MessageKind[] Kinds { get; }

    /// <summary>Dimensions of the vectors of each kind.</summary>
    public int[][] KindDimensions { get; }

    /// <summary>Bytes on the wire, per kind.</summary>
    public long[] KindBytes { get; }

    public OracleSet<T> Oracles { get; }

    public OracleEvaluator<T> Evaluator { get; }

    /// <summary>What updates and computations leave; under <see cref="RecordLock"/>.</summary>
    public Recording Record { get; }

    public Lock RecordLock { get; } = new();

    /// <summary>Updates that rest on versions of a life that is lost: nobody can say how stale.</summary>
    public long Rewound { get; set; }

    /// <summary>The thread's interpreter, turned to an agent.</summary>
    public Interpreter<T> Interpreter(LiveAgent<T> agent)
    {
        var interpreter = _interpreters.Value!;
        interpreter.Enter(agent);
        return interpreter;
    }

    public override LiveAgent Add(int id, Action<LiveEvent> post)
    {
        if (_agents.TryGetValue(id, out var known))
        {
            known.Post = post;
            return known;
        }
        var agent = new LiveAgent<T>(this, id) { Id = id, Post = post, Life = Epoch, CountEpoch = Epoch };
        _agents[id] = agent;
        return agent;
    }

    public override bool Has(int id) => _agents.ContainsKey(id);

    public override void Start()
    {
        var newcomers = _agents.Values.Where(a => !a.IsToldToStart).ToDictionary(a => a.Id);
        foreach (var agent in newcomers.Values)
        {
            agent.IsToldToStart = true;
            agent.Post(agent.StartSignal);
        }
        foreach (var crash in CrashSchedule.Of(Plan, Layout))
        {
            if (newcomers.TryGetValue(crash.Agent, out var agent))
                Schedule(agent, crash);
        }
    }

    public override void Flush()
    {
        foreach (var agent in _agents.Values)
        {
            if (agent.Early is { Count: > 0 })
                agent.Post(new LiveSignal(agent, Signal.Flush));
        }
    }

    public override LiveReport Report()
    {
        long sent = 0, received = 0, lost = 0, repeated = 0, refused = 0;
        long timers = Interlocked.Read(ref _restartsToCome), computations = 0, waiting = 0, early = 0, handled = 0;
        var epoch = Epoch;
        foreach (var agent in _agents.Values)
        {
            if (agent.CountEpoch == epoch)
            {
                sent += Volatile.Read(ref agent.SentCount) - agent.SentBefore;
                received += Volatile.Read(ref agent.ReceivedCount) - agent.ReceivedBefore;
                lost += Volatile.Read(ref agent.LostCount) - agent.LostBefore;
            }
            repeated += agent.RepeatedCount;
            refused += agent.RefusedCount;
            handled += Volatile.Read(ref agent.Handled);
            timers += Volatile.Read(ref agent.TimersPending);
            computations += Volatile.Read(ref agent.Computing);
            early += agent.Early?.Count ?? 0;
            waiting += Volatile.Read(ref agent.Waiting) + (agent.HasStarted ? 0 : 1) + (agent.IsHeldBack ? 1 : 0)
                + (agent.Serving is null ? 0 : 1) + Volatile.Read(ref agent.AtCard)
                + (Volatile.Read(ref agent.InTurn) ? 1 : 0);
        }
        return new LiveReport
        {
            Epoch = epoch,
            Agents = _agents.Count,
            Sent = sent,
            Received = received,
            Lost = lost,
            Repeated = repeated,
            Refused = refused,
            Timers = timers,
            Computations = computations,
            Waiting = waiting,
            Delayed = Interlocked.Read(ref _delayed),
            Early = early,
            Handled = handled,
            IsStopped = Record.Stopped is not null,
            Failure = Failure,
        };
    }

    public override LiveTotals Totals()
    {
        LiveTotals totals;
        lock (RecordLock)
            totals = new LiveTotals(0, 0, 0, 0, 0, 0, Record.Updates, Record.Evaluations, Record.Batches);
        foreach (var agent in _agents.Values)
        {
            totals += new LiveTotals(
                Volatile.Read(ref agent.SentCount), Volatile.Read(ref agent.ReceivedCount),
                Volatile.Read(ref agent.LostCount), agent.RepeatedCount, agent.RefusedCount,
                Volatile.Read(ref agent.Handled), 0, 0, 0);
        }
        return totals;
    }

    public override async Task<SegmentedStream> Sample(bool isLast)
    {
        List<LiveAgent<T>> asked =
            [.. _agents.Values.Where(a => isLast || IsSampled(a.Role)).OrderBy(a => a.Id)];
        var images = new ConcurrentBag<AgentImage>();
        var left = asked.Count;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (left == 0)
            all.SetResult();
        foreach (var agent in asked)
            agent.Post(new LiveSample(isLast, Take));
        await all.Task.ConfigureAwait(false);
        return Written(to =>
        {
            to.Write(images.Count);
            foreach (var image in images.OrderBy(i => i.Agent))
                image.Write(to);
        });

        void Take(AgentImage image)
        {
            images.Add(image);
            if (Interlocked.Decrement(ref left) == 0)
                all.SetResult();
        }
    }

    public override SegmentedStream Recorded(int taken)
    {
        lock (RecordLock)
        {
            if (_news is null || taken == _answers)
            {
                CountAgents();
                _news = Written(Record.SaveNews);
                _answers++;
            }
            _news.Position = 0;
            return _news;
        }
    }

    static SegmentedStream Written(Action<BinaryWriter> write)
    {
        var bytes = new SegmentedStream();
        using var to = new BinaryWriter(bytes, System.Text.Encoding.UTF8, leaveOpen: true);
        write(to);
        to.Flush();
        bytes.Position = 0;
        return bytes;
    }

    public override void Fail(string reason) => Interlocked.CompareExchange(ref _failure, reason, null);

    /// <summary>
    /// Ends the host's part: what still comes to its agents is ignored. A turn may be in progress, so the memory that
    /// they share is left to the collector.
    /// </summary>
    public override void Dispose()
    {
        _isClosed = true;
        _batcher.Dispose();
        Options.Metrics?.Remove(this);
    }

    public override bool IsClosed => _isClosed;

    /// <summary>What a vector contains at the start; all agents share it until they write.</summary>
    public VectorCell<T> InitialVector(VectorLayout vector) =>
        vector.Initial == Initial.Point && _initial is not null
            ? new VectorCell<T> { Data = _initial, IsShared = true }
            : new VectorCell<T> { Data = new T[vector.Dimension] };

    /// <summary>How many neighbour rows a node keeps per iteration.</summary>
    public static int RowsPerIteration(RoleLayout role, int place)
    {
        if (role.NeighbourRowSets.Count == 0)
            return 0;
        var topology = role.Topology;
        return topology.Period > 1
            ? Enumerable.Range(0, topology.Period).Max(t => topology.PhaseAt(t).InDegree(place))
            : topology.InDegree(place);
    }

    public void Compute(LiveRequest<T> request) => _batcher.Add(request);

    /// <summary>A result is there: it becomes an event when the compute model says.</summary>
    public void Evaluated(LiveRequest<T> request)
    {
        var left = request.Due - Clock.Now;
        if (Clock.Factor > 0 && left > 0)
            Wheel.Add(Clock.Wall(left), request);
        else
            request.Fire();
    }

    public void NoteBatch(int count)
    {
        lock (RecordLock)
        {
            Record.Batches++;
            Record.BatchMax = Math.Max(Record.BatchMax, count);
            Record.Evaluations += count;
        }
    }

    /// <summary>Sends a message after its delay.</summary>
    /// <param name="delay">Virtual ns.</param>
    /// <param name="message">The message.</param>
    public void SendAfter(long delay, LiveMessage message)
    {
        if (delay <= 0 || Clock.Factor <= 0)
        {
            Transport.Send(message);
            return;
        }
        Interlocked.Increment(ref _delayed);
        Wheel.Add(Clock.Wall(delay), new Delayed(this, message));
    }

    /// <summary>Bytes of a token's move: what it carries.</summary>
    public long MoveBytes(RoleLayout role) => role.Vectors.Sum(v => (long)v.Dimension) * _width;

    /// <summary>Which bytes of a role's state belong to a field.</summary>
    public byte[] UsedStateBytes(RoleLayout role) => _usedStateBytes[role.Index];

    /// <summary>Notes a lost message, for explaining a run that cannot go on.</summary>
    public void Lose(int from, int to, long time)
    {
        lock (RecordLock)
            Record.Lose(from, to, time);
    }

    /// <summary>Counts what a fault did.</summary>
    public void Fire(int fault, FaultDeed deed)
    {
        lock (RecordLock)
            Record.Faults.Count(fault, deed);
    }

    public void Span(int agent, string kind, string name, long start, long end, int peer)
    {
        lock (RecordLock)
            Record.Span(agent, kind, name, start, end, peer);
    }

    public void RestartCame() => Interlocked.Decrement(ref _restartsToCome);

    void Schedule(LiveAgent<T> agent, AgentCrash crash)
    {
        // A crash lets nobody act: the run need not wait for it.
        Wheel.Add(Until(crash.At), new LiveSignal(agent, Signal.Crash) { Subject = crash.Fault });
        if (crash.Until is { } until)
            ScheduleRestart(agent, until, crash.IsStateLost);
    }

    /// <summary>Lets an agent come back at a virtual time, in ns.</summary>
    public void ScheduleRestart(LiveAgent<T> agent, long at, bool isStateLost)
    {
        Interlocked.Increment(ref _restartsToCome);
        Wheel.Add(Until(at), new LiveSignal(agent, Signal.Restart) { IsStateLost = isStateLost });
    }

    /// <summary>How long it is until a virtual time, in ns: with a factor of 0 the run's clock is the wall's.</summary>
    public TimeSpan Until(long at) =>
        Clock.Factor > 0 ? Clock.Wall(at - Clock.Now) : TimeSpan.FromSeconds((at - Clock.Now) / 1e9);

    bool IsSampled(RoleLayout role) => Plan.Metrics
        && (Plan.Diagnostics.Count > 0 || role.Vectors.Any(v => v.Estimate != Estimate.None));

    /// <summary>Brings what agents count by themselves into the recording.</summary>
    void CountAgents()
    {
        Array.Clear(Record.Traffic);
        (Record.Messages, Record.Bytes, Record.Lost, Record.Duplicated) = (0, 0, 0, 0);
        (Record.Retried, Record.GivenUp, Record.LostBytes, Record.Overflowed) = (0, 0, 0, 0);
        (Record.Events, Record.Crashes) = (0, 0);
        foreach (var agent in _agents.Values)
        {
            ref var traffic = ref Record.Traffic[agent.Role.Index];
            var sent = Volatile.Read(ref agent.SentCount) - agent.DuplicatedCount;
            traffic.Messages += sent;
            traffic.Bytes += agent.SentBytes;
            Record.Messages += sent;
            Record.Bytes += agent.SentBytes;
            Record.Lost += agent.LostCount;
            Record.Duplicated += agent.DuplicatedCount;
            Record.Retried += agent.RetriedCount;
            Record.GivenUp += agent.GivenUpCount;
            Record.LostBytes += agent.LostBytes;
            Record.Overflowed += agent.OverflowedCount;
            Record.Events += agent.Handled;
            Record.Crashes += agent.CrashCount;
        }
    }

    /// <summary>A message on its way, until its delay is over.</summary>
    sealed class Delayed(LiveRun<T> run, LiveMessage message) : IDue
    {
        public void Fire()
        {
            run.Transport.Send(message);
            Interlocked.Decrement(ref run._delayed);
        }
    }
}
