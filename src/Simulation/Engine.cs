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
    readonly Evaluation<T> _evaluation;
    readonly Diagnosing<T> _diagnosing;
    readonly List<MetricPoint> _metrics = [];
    readonly WallClock _wall = WallClock.StartNew();
    readonly WallClock _evaluating = new();
    readonly long _every;
    readonly long _timeLimit;
    long _windows;
    double? _timeToTarget;

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
        foreach (var role in _world.Roles)
            role.Traffic = new (long, long)[_partitions.Length];
        for (var p = 0; p < _partitions.Length; p++)
        {
            _partitions[p] = new Partition<T>(_world, p, _partitions.Length, _evaluator, oracles, hooks.OneByOne)
            {
                PartitionOf = _partitions.Length == 1 ? null : _partitioning.Of,
            };
        }
        _evaluation = new Evaluation<T>(_world);
        _diagnosing = new Diagnosing<T>(_world, _evaluation);
        _every = Math.Max(1, Links.Nanoseconds(plan.SampleEvery));
        _timeLimit = plan.Stop.Time is { } seconds ? Links.Nanoseconds(seconds) : long.MaxValue;
    }

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
            var next = Math.Min(_timeLimit, ((instant / _every) + 1) * _every);
            var cut = _hooks.CheckpointAt is { } at ? Links.Nanoseconds(at) : -1;
            if (cut > instant && cut < next && RunUntil(cut))
                SaveCheckpoint(cut);
            var isRunnable = RunUntil(next);
            // What ends the run for want of events ends it when the last event happened.
            instant = isRunnable ? next : Math.Max(instant, _partitions.Max(p => p.LastTime));
            if (_hooks.Cancellation.IsCancellationRequested)
                return Finish(Outcome.Cancelled, "the user cancelled it", _partitions.Max(p => p.LastTime));
            Sample(instant, isLast: !isRunnable || BudgetSpent(instant) is not null);
            if (cut == instant)
                SaveCheckpoint(cut);
            if (End(instant, isRunnable) is var (outcome, reason))
                return Finish(outcome, reason, instant);
        }
    }

    /// <summary>Starts all agents, or goes on from a checkpoint; returns the virtual time.</summary>
    long Begin()
    {
        if (_hooks.ResumeFrom is { } checkpoint)
        {
            var progress = Checkpoint.Load(checkpoint, _world, _partitions, _partitioning);
            _metrics.AddRange(progress.Metrics);
            _timeToTarget = progress.TimeToTarget;
            return progress.Time;
        }
        Sample(0, isLast: false);
        ScheduleCrashes();
        for (var agent = 0; agent < _world.Agents; agent++)
            _partitions[_partitioning.Of(agent)].Start(agent);
        Exchange();
        return 0;
    }

    void SaveCheckpoint(long cut) => Checkpoint.Save(
        _hooks.CheckpointTo!, _world, _partitions, _partitioning, new Progress(cut, _timeToTarget, _metrics));

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
            _windows++;
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
        var horizon = _plan.Stop.Time ?? double.PositiveInfinity;
        uint number = 0;
        foreach (var fault in _plan.Faults)
        {
            foreach (var crash in fault.Crashes(_plan.Places, _plan.Seeds.Run, horizon))
            {
                foreach (var role in _world.Roles)
                {
                    var agent = role.Layout.Count switch
                    {
                        Count.One when crash.Place < 0 => role.First,
                        Count.PerNode or Count.PerWorker when crash.Place >= 0 => role.First + crash.Place,
                        _ => -1,
                    };
                    if (agent < 0)
                        continue;
                    Schedule(agent, EventType.Crash, Links.Nanoseconds(crash.At), 0, number);
                    if (double.IsFinite(crash.Until))
                    {
                        var (at, until) = (Links.Nanoseconds(crash.At), Links.Nanoseconds(crash.Until));
                        Schedule(agent, EventType.Restart, until, at, number + 1);
                    }
                    number += 2;
                }
            }
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

    void Sample(long instant, bool isLast)
    {
        _evaluating.Start();
        var counts = Sums();
        List<(string Metric, double Value)> values = _plan.Metrics ? _evaluation.Evaluate() : [];
        if (_plan.Metrics)
            _diagnosing.Evaluate(instant, (instant + _every - 1) / _every, isLast, counts.Updates, values);
        foreach (var (metric, value) in values)
        {
            _metrics.Add(new MetricPoint(
                instant / 1e9, counts.Updates, counts.Gradients, counts.Samples, counts.Bytes, metric, value));
            if (_plan.Stop.Target is { } target && target.Metric == metric && _timeToTarget is null
                && (target.Above ? value >= target.Value : value <= target.Value))
                _timeToTarget = instant / 1e9;
        }
        _evaluating.Stop();
        _hooks.Progress?.Invoke(
            new RunProgress(Share(instant, counts), instant / 1e9, counts.Events, counts.Updates, values));
    }

    double Share(long instant, RunCounts counts)
    {
        var stop = _plan.Stop;
        double?[] shares =
        [
            stop.Time is { } time ? instant / 1e9 / time : null,
            (double)counts.Updates / stop.Updates, (double)counts.Gradients / stop.Gradients,
            (double)counts.Samples / stop.Samples, (double)counts.Messages / stop.Messages,
            (double)counts.Bytes / stop.Bytes, _wall.Seconds / stop.WallTime,
        ];
        return shares.Max() is { } share ? Math.Min(1, share) : double.NaN;
    }

    (Outcome, string)? End(long instant, bool isRunnable)
    {
        var records = _partitions.Select(p => p.Record).ToArray();
        var notFinite = records.Where(r => r.NotFinite is not null).Select(r => r.NotFinite!.Value);
        if (notFinite.Order().FirstOrDefault() is { Time: > 0 } bad)
        {
            return (Outcome.Diverged,
                $"agent {bad.Agent} ({NameOf(bad.Agent)}) got a value that is not finite at {bad.Time / 1e9} s");
        }
        if (LastOf(MetricNames.Loss) is { } loss && !(loss <= _plan.Stop.DivergenceLoss))
        {
            return (Outcome.Diverged, $"the loss at the estimate of {_evaluation.Source} is {loss:g4} "
                + $"at {instant / 1e9} s, beyond the limit of {_plan.Stop.DivergenceLoss:g4}");
        }
        if (_plan.Stop.Target is { Stop: true } target && _timeToTarget is { } reached)
            return (Outcome.TargetReached, $"{target.Metric} reached {target.Value} at {reached} s");
        var stops = records.Where(r => r.Stopped is not null).Select(r => r.Stopped!.Value).Order().ToArray();
        if (stops is [var stopped, ..])
        {
            return (Outcome.Completed,
                $"agent {stopped.Agent} ({NameOf(stopped.Agent)}) ended the run at {stopped.Time / 1e9} s");
        }
        if (BudgetSpent(instant) is { } budget)
            return (Outcome.BudgetSpent, budget);
        return isRunnable ? null : NoRunnableEvent();
    }

    string? BudgetSpent(long instant)
    {
        var (stop, counts) = (_plan.Stop, Sums());
        if (instant >= _timeLimit)
            return $"virtual time reached {stop.Time} s";
        (string What, long Count, long? Limit)[] budgets =
        [
            ("updates", counts.Updates, stop.Updates), ("gradients", counts.Gradients, stop.Gradients),
            ("samples", counts.Samples, stop.Samples), ("messages", counts.Messages, stop.Messages),
            ("bytes", counts.Bytes, stop.Bytes),
        ];
        foreach (var (what, count, limit) in budgets)
        {
            if (count >= limit)
                return $"{count} {what} reached the budget of {limit}";
        }
        return _wall.Seconds >= stop.WallTime
            ? $"{stop.WallTime} s of wall time were spent; virtual time {instant / 1e9} s repeats this run"
            : null;
    }

    /// <summary>Nobody has anything left to do: either all is done, or somebody waits for what will not come.</summary>
    (Outcome, string) NoRunnableEvent()
    {
        var waiting = new List<string>();
        var (total, explained) = (0, false);
        foreach (var role in _world.Roles)
        {
            for (var i = 0; i < role.Layout.Agents; i++)
            {
                ref var core = ref _world.Cores[role.First + i];
                if ((core.Flags & AgentFlags.Stopped) != 0)
                    continue;
                if ((core.Flags & AgentFlags.Down) != 0)
                {
                    waiting.Add($"{NameOf(role.First + i)} is down");
                    continue;
                }
                var waits = new Waits();
                role.Program.WaitsFor(role.State(i), waits);
                if (waits.Entries.Count == 0)
                    continue;
                total++;
                var (text, isLost) = DescribeWait(role.First + i, waits);
                if (waiting.Count < 5)
                    waiting.Add(text);
                else if (isLost && !explained)
                    waiting[0] = text; // a loss explains the rest: it is told first
                explained |= isLost;
            }
        }
        if (total == 0)
            return (Outcome.Completed, "all events are handled and no agent waits");
        var more = total > waiting.Count ? $"; and {total - waiting.Count} more agents wait" : "";
        return (Outcome.Stalled, $"no runnable event: {string.Join("; ", waiting)}{more}");
    }

    (string Text, bool IsLost) DescribeWait(int agent, Waits waits)
    {
        // A program may name more than is missing; what was lost is the best guess.
        long LastLost(Peer from) => _partitions.Max(p => p.Record.LastLost(from.Id, agent));
        var (kind, from) = waits.Entries.OrderByDescending(e => LastLost(e.From)).First();
        var others = waits.Entries.Count > 1 ? $" and up to {waits.Entries.Count - 1} more messages" : "";
        var text = $"{NameOf(agent)} waits for '{kind}' from {NameOf(from.Id)}{others}";
        return LastLost(from) is var lost and >= 0
            ? ($"{text} (a message on that link was lost at {lost / 1e9} s)", true)
            : (text, false);
    }

    string NameOf(int agent)
    {
        var role = _world.Roles[_world.Cores[agent].Role];
        return role.Layout.Agents == 1 ? role.Layout.Name : $"{role.Layout.Name} {agent - role.First}";
    }

    double? LastOf(string metric)
    {
        for (var i = _metrics.Count - 1; i >= 0 && _metrics[i].Time == _metrics[^1].Time; i--)
        {
            if (_metrics[i].Metric == metric)
                return _metrics[i].Value;
        }
        return null;
    }

    RunRecord Finish(Outcome outcome, string reason, long instant) => new()
    {
        Outcome = outcome,
        Reason = reason,
        Hash = RunHash(),
        VirtualTime = instant,
        WallSeconds = _wall.Seconds,
        EvaluationSeconds = _evaluating.Seconds,
        Partitions = _partitions.Length,
        Lookahead = _partitioning.Lookahead,
        Threads = _evaluator.Threads,
        Agents = _world.Agents,
        Counts = Sums(),
        Traffic = [.. _world.Roles.Select(r => new RoleTraffic(
            r.Layout.Name, r.Layout.Agents, r.Traffic.Sum(t => t.Messages), r.Traffic.Sum(t => t.Bytes)))],
        Metrics = _metrics,
        Staleness = Results.Staleness(_partitions, _world.Roles),
        Age = Results.Age(_partitions.Select(p => p.Record)),
        UpdateLog = Results.UpdateLog(_partitions.Select(p => p.Record)),
        Timeline = Results.Timeline(_partitions.Select(p => p.Record)),
        TimelineAgents = Results.TimelineAgents(_plan, _world.Layout),
        Estimate = _evaluation.TakeEstimate().ToArray(),
        EngineBytes = _world.Bytes + _partitions.Sum(p => p.Bytes),
        TimeToTarget = _timeToTarget,
        Warnings = _partitioning.Warnings,
    };

    RunCounts Sums() => Results.Sum(_partitions.Select(p => p.Record), _windows);

    /// <summary>Folds all chains, then all vectors, in the order of agents.</summary>
    ulong RunHash()
    {
        ulong hash = 0;
        for (var agent = 0; agent < _world.Agents; agent++)
            hash = VectorHash.Chain(hash, _world.Cores[agent].Chain);
        foreach (var role in _world.Roles)
        {
            for (var i = 0; i < role.Layout.Agents; i++)
            {
                for (var v = 0; v < role.Dimensions.Length; v++)
                {
                    var vector = new ReadOnlySpan<T>(role.Vector(v, i), role.Dimensions[v]);
                    hash = VectorHash.Chain(hash, VectorHash.Of(vector));
                }
            }
        }
        return VectorHash.Avalanche(hash);
    }
}
