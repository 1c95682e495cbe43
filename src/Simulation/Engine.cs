using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Kernels;

namespace AsyncOpt.Simulation;

/// <summary>
/// The one loop: windows of virtual time, in which the partitions run independently; a barrier, at which they exchange
/// messages; sampling instants, at which metrics are taken and the end is judged.
/// </summary>
sealed unsafe class Engine<T> : IDisposable
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly RunPlan _plan;
    readonly RunHooks _hooks;
    readonly World<T> _world;
    readonly Partitioning _partitioning;
    readonly BatchEvaluator<T> _evaluator;
    readonly Partition<T>[] _partitions;
    readonly Judge<T> _judge;

    public Engine(RunPlan plan, RunHooks hooks)
    {
        (_plan, _hooks) = (plan, hooks);
        var layout = Simulator.LayOut(plan);
        _world = new World<T>(plan, layout, new Links(plan, layout));
        _partitioning = Partitioning.Of(plan, layout);
        var table = new OracleTable<T>(plan.Problem);
        var oracles = new OracleSet<T>(plan.Method, plan.Problem, o => table[o]);
        var threads = plan.Threads == 0 ? Environment.ProcessorCount : plan.Threads;
        _evaluator = new BatchEvaluator<T>(plan.Problem, oracles, plan.Seeds.Run, threads)
        {
            OutputDimensions = oracles.OutputDimensions(layout.Context.Dimension),
        };
        _partitions = new Partition<T>[_partitioning.Count];
        for (var p = 0; p < _partitions.Length; p++)
        {
            _partitions[p] = new Partition<T>(_world, p, _partitions.Length, _evaluator, oracles, hooks.OneByOne)
            {
                PartitionOf = _partitions.Length == 1 ? null : _partitioning.Of,
                Observer = hooks.Observer,
            };
        }
        _judge = new Judge<T>(plan, hooks.Progress, _world, [.. _partitions.Select(p => p.Record)]);
    }

    public World<T> World => _world;

    /// <summary>The partition of an agent.</summary>
    public Partition<T> PartitionOf(int agent) => _partitions[_partitioning.Of(agent)];

    public void Dispose()
    {
        foreach (var partition in _partitions)
            partition.Dispose();
        _evaluator.Dispose();
        _world.Dispose();
    }

    public RunRecord Run()
    {
        var instant = Begin();
        while (true)
        {
            var next = _judge.InstantAfter(instant);
            var cut = _hooks.CheckpointAt is { } at ? Links.Nanoseconds(at) : -1;
            if (cut > instant && cut < next && RunUntil(cut))
                SaveCheckpoint(cut);
            var isRunnable = RunUntil(next);
            // What ends the run for want of events ends it when the last event happened.
            instant = isRunnable ? next : Math.Max(instant, _partitions.Max(p => p.LastTime));
            if (_hooks.Cancellation.IsCancellationRequested)
                return Finish(Outcome.Cancelled, "the user cancelled it", _partitions.Max(p => p.LastTime));
            _judge.Sample(instant, isLast: !isRunnable || _judge.BudgetSpent(instant) is not null);
            if (cut == instant)
                SaveCheckpoint(cut);
            if (_judge.End(instant, isRunnable) is var (outcome, reason))
                return Finish(outcome, reason, instant);
        }
    }

    /// <summary>Starts all agents, or goes on from a checkpoint; returns the virtual time.</summary>
    long Begin()
    {
        if (_hooks.ResumeFrom is { } checkpoint)
        {
            var progress = Checkpoint.Load(checkpoint, _world, _partitions, _partitioning);
            _judge.Metrics.AddRange(progress.Metrics);
            _judge.TimeToTarget = progress.TimeToTarget;
            return progress.Time;
        }
        _judge.Sample(0, isLast: false);
        ScheduleCrashes();
        for (var agent = 0; agent < _world.Agents; agent++)
            _partitions[_partitioning.Of(agent)].Start(agent);
        Exchange();
        return 0;
    }

    void SaveCheckpoint(long cut)
    {
        var progress = new Progress(cut, _judge.TimeToTarget, _judge.Metrics);
        Checkpoint.Save(_hooks.CheckpointTo!, _world, _partitions, _partitioning, progress);
    }

    /// <summary>Handles all events before an instant; false if none is left at or after it.</summary>
    bool RunUntil(long instant)
    {
        while (true)
        {
            long time = long.MaxValue;
            uint depth = 0;
            foreach (var partition in _partitions)
            {
                if (partition.Queue.TryPeek(out var e) && (e.Time < time || (e.Time == time && e.Depth < depth)))
                    (time, depth) = (e.Time, e.Depth);
            }
            if (time >= instant)
                return time != long.MaxValue;
            _judge.Windows++;
            var (end, endDepth) = WindowEnd(time, depth, instant);
            foreach (var partition in _partitions)
                partition.Run(end, endDepth, _hooks.Cancellation);
            if (_hooks.Cancellation.IsCancellationRequested)
                return true;
            Exchange();
        }
    }

    /// <summary>
    /// A window may last as long as no event in it can affect another partition within it: the lookahead; without one,
    /// a single depth of a single instant.
    /// </summary>
    (long Time, uint Depth) WindowEnd(long time, uint depth, long instant)
    {
        if (_partitions.Length == 1)
            return (instant, 0);
        return _partitioning.Lookahead == 0
            ? (time, depth + 1)
            : (Math.Min(instant, time + _partitioning.Lookahead), 0);
    }

    void Exchange()
    {
        foreach (var target in _partitions)
        {
            foreach (var source in _partitions)
            {
                if (source.Outbox[target.Number].Count == 0)
                    continue;
                target.Import(source);
                target.ReleaseImported(source);
            }
        }
    }

    void ScheduleCrashes()
    {
        foreach (var crash in CrashSchedule.Of(_plan, _world.Layout))
        {
            Schedule(crash.Agent, EventType.Crash, crash.At, 0, crash.Number);
            if (crash.Until is { } until)
                Schedule(crash.Agent, EventType.Restart, until, crash.At, crash.Number + 1);
        }
    }

    void Schedule(int agent, EventType type, long time, long sent, uint number) =>
        _partitions[_partitioning.Of(agent)].Queue.Insert(new Event
        {
            Time = time,
            Sent = sent,
            DepthClass = EventClass.Fault,
            Sender = agent,
            Sequence = number,
            Receiver = agent,
            Payload = -1,
            Type = type,
        });

    RunRecord Finish(Outcome outcome, string reason, long instant) => _judge.Finish(outcome, reason, instant) with
    {
        Partitions = _partitions.Length,
        Lookahead = _partitioning.Lookahead,
        Threads = _evaluator.Threads,
        EngineBytes = _world.Bytes + _partitions.Sum(p => p.Bytes),
        Warnings = _partitioning.Warnings,
    };
}
