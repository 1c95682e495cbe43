using System.Globalization;
using AsyncOpt.Core;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Theory;
using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Judging;

/// <summary>
/// Takes the metrics at sampling instants and says when and how a run ends: the same for every host. A host fills the
/// world's memory and the recordings of its parts; where those lie elsewhere, with copies of them.
/// </summary>
sealed unsafe class RunJudge<T>
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    // Without an update for so many times the usual time between two, a run stands still.
    const int IdleUpdates = 10;

    readonly RunPlan _plan;
    readonly Action<RunProgress>? _progress;
    readonly World<T> _world;
    readonly IReadOnlyList<Recording> _records;
    readonly Evaluation<T> _evaluation;
    readonly Diagnosing<T> _diagnosing;
    readonly Tallying _tallying;
    readonly WallClock _wall = WallClock.StartNew();
    readonly WallClock _evaluating = new();
    readonly long _every;
    readonly long _timeLimit;

    /// <param name="plan">The run.</param>
    /// <param name="progress">Called at every sampling instant.</param>
    /// <param name="world">The agents' memory as it is at an instant.</param>
    /// <param name="records">What each part of the host recorded; the host may change the list.</param>
    public RunJudge(RunPlan plan, Action<RunProgress>? progress, World<T> world, IReadOnlyList<Recording> records)
    {
        (_plan, _progress, _world, _records) = (plan, progress, world, records);
        _evaluation = new Evaluation<T>(world);
        _diagnosing = new Diagnosing<T>(world, _evaluation);
        _tallying = new Tallying(plan, world.Layout, records);
        _every = Math.Max(1, plan.SampleEvery.Nanoseconds);
        _timeLimit = plan.Stop.Time?.Nanoseconds ?? long.MaxValue;
    }

    /// <summary>Seconds that the run, and metrics among it, took before it went on here.</summary>
    public (double Run, double Evaluation) SecondsBefore { get; init; }

    /// <summary>Seconds that the run took so far.</summary>
    public double Seconds => SecondsBefore.Run + _wall.Seconds;

    /// <summary>Seconds of these that went to metrics.</summary>
    public double EvaluationSeconds => SecondsBefore.Evaluation + _evaluating.Seconds;

    /// <summary>What was sampled so far.</summary>
    public List<MetricPoint> Metrics { get; } = [];

    /// <summary>When the target was first met, in seconds.</summary>
    public double? TimeToTarget { get; set; }

    /// <summary>The sums of each metric of events when it was evaluated last.</summary>
    public Int128[][] Tallied
    {
        get => _tallying.Last;
        set => _tallying.Last = value;
    }

    /// <summary>Windows executed so far, for the record.</summary>
    public long Windows { get; set; }

    /// <summary>What was counted so far.</summary>
    public RunCounts Counts => Results.Sum(_records, Windows);

    /// <summary>The next instant at which the run is sampled, in ns.</summary>
    public long InstantAfter(long instant) => Math.Min(_timeLimit, ((instant / _every) + 1) * _every);

    /// <summary>Takes the metrics of a cut.</summary>
    /// <param name="instant">Virtual time, in ns.</param>
    /// <param name="isLast">Whether the run ends here, as far as is known.</param>
    public void Sample(long instant, bool isLast)
    {
        _evaluating.Start();
        var counts = Counts;
        List<(string Metric, double Value)> values = _plan.Metrics ? _evaluation.Evaluate() : [];
        if (_plan.Metrics)
        {
            var number = (instant + _every - 1) / _every;
            _diagnosing.Evaluate(instant, number, isLast, counts.Updates, values);
            _tallying.Evaluate(instant, number, isLast, values);
        }
        foreach (var (metric, value) in values)
        {
            Metrics.Add(new MetricPoint(
                instant / 1e9, counts.Updates, counts.Gradients, counts.Samples, counts.Bytes, metric, value));
            if (_plan.Stop.Target is { } target && target.Metric == metric && TimeToTarget is null
                && (target.Above ? value >= target.Value : value <= target.Value))
                TimeToTarget = instant / 1e9;
        }
        _evaluating.Stop();
        _progress?.Invoke(
            new RunProgress(Share(instant, counts), instant / 1e9, counts.Events, counts.Updates, values));
    }

    double Share(long instant, RunCounts counts)
    {
        var stop = _plan.Stop;
        double?[] shares =
        [
            instant / (double?)stop.Time?.Nanoseconds,
            (double)counts.Updates / stop.Updates, (double)counts.Gradients / stop.Gradients,
            (double)counts.Samples / stop.Samples, (double)counts.Messages / stop.Messages,
            (double)counts.Bytes / stop.Bytes, Seconds / stop.WallTime,
        ];
        return shares.Max() is { } share ? Math.Min(1, share) : double.NaN;
    }

    /// <summary>How the run ends at a sampling instant, and why; null if it goes on.</summary>
    /// <param name="instant">Virtual time, in ns.</param>
    /// <param name="isRunnable">Whether anything is left to happen that lets an agent act.</param>
    public (Outcome Outcome, string Reason)? End(long instant, bool isRunnable)
    {
        var notFinite = _records.Where(r => r.NotFinite is not null).Select(r => r.NotFinite!.Value);
        if (notFinite.Order().FirstOrDefault() is { Time: > 0 } bad)
        {
            return (Outcome.Diverged,
                $"agent {bad.Agent} ({_world.Layout.NameOf(bad.Agent)}) got a value that is not finite "
                + $"at {bad.Time / 1e9} s");
        }
        if (LastOf(MetricNames.Loss) is { } loss && !(loss <= _plan.Stop.DivergenceLoss))
        {
            return (Outcome.Diverged, $"the loss at the estimate of {_evaluation.Source} is {Counted.Digits(loss, 4)} "
                + $"at {instant / 1e9} s, beyond the limit of {Counted.Digits(_plan.Stop.DivergenceLoss, 4)}");
        }
        if (_plan.Stop.Target is { Stop: true } target && TimeToTarget is { } reached)
            return (Outcome.TargetReached, $"{target.Metric} reached {target.Value} at {reached} s");
        var stops = _records.Where(r => r.Stopped is not null).Select(r => r.Stopped!.Value).Order().ToArray();
        if (stops is [var stopped, ..])
        {
            return (Outcome.Completed,
                $"agent {stopped.Agent} ({_world.Layout.NameOf(stopped.Agent)}) ended the run "
                + $"at {stopped.Time / 1e9} s");
        }
        if (BudgetSpent(instant) is { } budget)
            return Spent(budget, instant);
        return isRunnable ? null : NobodyActs(instant);
    }

    /// <summary>Which budget is spent; null for none.</summary>
    public string? BudgetSpent(long instant)
    {
        var (stop, counts) = (_plan.Stop, Counts);
        if (instant >= _timeLimit)
            return $"virtual time reached {stop.Time?.Seconds} s";
        (string What, long Count, long? Limit)[] budgets =
        [
            ("updates", counts.Updates, stop.Updates), ("gradients", counts.Gradients, stop.Gradients),
            ("samples", counts.Samples, stop.Samples), ("messages", counts.Messages, stop.Messages),
            ("bytes", counts.Bytes, stop.Bytes),
        ];
        foreach (var (what, count, limit) in budgets)
        {
            if (count >= limit)
                return string.Create(CultureInfo.InvariantCulture,
                    $"{what} reached {count:N0} of {limit:N0} at the sampling instant {instant / 1e9} s");
        }
        return Seconds >= stop.WallTime
            ? $"{stop.WallTime} s of wall time were spent; virtual time {instant / 1e9} s repeats this run"
            : null;
    }

    /// <summary>When an agent last did something, in ns; known once everything is shown.</summary>
    public long LastActed
    {
        get
        {
            long last = 0;
            for (var agent = 0; agent < _world.Agents; agent++)
                last = Math.Max(last, _world.Cores[agent].Acted);
            return last;
        }
    }

    /// <summary>Nobody can act any more: either all is done, or somebody waits for what will not come.</summary>
    (Outcome, string) NobodyActs(long instant)
    {
        var waiting = new Waiting<T>(_world, _records).At(instant, instant);
        return waiting.Agents == 0
            ? (Outcome.Completed, "all events are handled and no agent waits")
            : (Outcome.Stalled, $"no runnable event: {LastUpdate()}; {waiting}");
    }

    /// <summary>
    /// A budget is spent: that is a success, unless updates came to a standstill. They did where none was made over the
    /// last half of the virtual time, though the agent that contributed to most of them did so ten times as often, and
    /// somebody waits: updates may have ended by design.
    /// </summary>
    (Outcome, string) Spent(string budget, long instant)
    {
        var counts = Counts;
        var idle = instant - counts.LastUpdate;
        if (idle <= instant / 2)
            return (Outcome.BudgetSpent, budget);
        var most = Results.UpdatesOfMost(_records, _world.Layout);
        if (counts.Updates > 0 && idle <= IdleUpdates * (counts.LastUpdate / Math.Max(1, most)))
            return (Outcome.BudgetSpent, budget);
        // A method may make no updates by design: then who waits must have done nothing for as long.
        var waiting = new Waiting<T>(_world, _records).At(instant, counts.Updates > 0 ? instant : instant / 2);
        return waiting.Agents == 0
            ? (Outcome.BudgetSpent, budget)
            : (Outcome.Stalled,
                $"no update over the last half of the run, until {budget}: {LastUpdate()}; {waiting}");
    }

    string LastUpdate() => Counts is { Updates: > 0 } counts
        ? $"the last of {counts.Updates} updates was at {counts.LastUpdate / 1e9} s"
        : "no update was made";

    double? LastOf(string metric)
    {
        for (var i = Metrics.Count - 1; i >= 0 && Metrics[i].Time == Metrics[^1].Time; i--)
        {
            if (Metrics[i].Metric == metric)
                return Metrics[i].Value;
        }
        return null;
    }

    /// <summary>The record of the run that ends; the host adds how it ran it.</summary>
    public RunRecord Finish(Outcome outcome, string reason, long instant)
    {
        var staleness = Results.Staleness(_records, _world.Layout);
        FaultCount[] faults = [.. Faults()];
        return new()
        {
            Outcome = outcome,
            Reason = reason,
            Hash = RunHash(),
            VirtualTime = instant,
            WallSeconds = Seconds,
            EvaluationSeconds = EvaluationSeconds,
            Agents = _world.Agents,
            Roles = [.. _world.Layout.Roles.Select(r => r.Identity)],
            Counts = Counts,
            Traffic = [.. _world.Roles.Select(r => new RoleTraffic(
                r.Layout.Name, r.Layout.Agents, TrafficOf(r).Messages, TrafficOf(r).Bytes))],
            Metrics = Metrics,
            Scales =
            [
                .. from metric in Metrics.Select(p => p.Metric).Distinct()
                   let scale = _plan.ScaleOf(metric)
                   where scale != Scale.Linear
                   select (metric, scale),
            ],
            BetterAbove = [.. Metrics.Select(p => p.Metric).Distinct().Where(_plan.IsBetterAbove)],
            Staleness = staleness,
            StalenessTheory = StalenessTheory.Compare(_plan, instant / 1e9, _world.Layout, staleness),
            Age = Results.Age(_records),
            UpdateLog = Results.UpdateLog(_records),
            Schedule = _records[0].Schedule is null
                ? null
                : ScheduleLog.Of([.. _records.Select(r => r.Schedule!)], _world.Layout),
            Timeline = Results.Timeline(_records),
            TimelineAgents = Results.TimelineAgents(_plan, _world.Layout),
            Estimate = _evaluation.TakeEstimate().ToArray(),
            TimeToTarget = TimeToTarget,
            Faults = faults,
            Recovery = [.. Recovering.Of(_plan, _records, Metrics, instant)],
            Waste = [.. WasteTally.Sum(_records.Select(r => r.Waste))],
            Unmet = outcome == Outcome.Cancelled ? null : _plan.Expect?.Unmet(outcome, faults, Counts).ToArray(),
            Warnings =
            [
                .. Raised(Counts), .. FaultWarnings(faults),
                .. MetricDoubts.Of(_plan, Metrics, Counts, outcome, TimeToTarget),
            ],
        };
    }

    /// <summary>How often each of the run's faults fired.</summary>
    IEnumerable<FaultCount> Faults() => _plan.Faults.Select((fault, i) =>
        FaultCount.Of(fault.Name, deed => _records.Sum(r => r.Faults.Of(i, deed))));

    /// <summary>Faults that were declared and did nothing, or let nothing be done, a sentence each.</summary>
    IEnumerable<string> FaultWarnings(FaultCount[] faults)
    {
        for (var i = 0; i < faults.Length; i++)
        {
            if (faults[i].Fired == 0)
                yield return IdleFault.Warning(i, _plan) ?? $"{IdleFault.Rule(i, _plan)}, never fired";
            else if (StoppingFault.Warning(i, _plan) is { } stopping)
                yield return stopping;
        }
        if (Counts.Updates == 0 && faults.Any(f => f.Fired > 0))
            yield return "no update was made, and faults fired";
    }

    /// <summary>What the quantum changed, in a sentence.</summary>
    static IEnumerable<string> Raised(RunCounts counts)
    {
        if (counts.Raised == 0)
            yield break;
        yield return $"links.quantum raised the delay of {counts.Raised} of {counts.Messages} messages, by "
            + $"{Counted.Digits(counts.RaisedSum / 1e9 / counts.Raised, 3)} s in the mean and "
            + $"{Counted.Digits(counts.RaisedMax / 1e9, 3)} s at most";
    }

    (long Messages, long Bytes) TrafficOf(RoleMemory<T> role)
    {
        var traffic = _records.Select(r => r.Traffic[role.Layout.Index]).ToList();
        return (traffic.Sum(t => t.Messages), traffic.Sum(t => t.Bytes));
    }

    /// <summary>Folds all chains, then all vectors but results that rest, in the order of agents.</summary>
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
                    if (role.Rests(v))
                        continue;
                    var vector = new ReadOnlySpan<T>(role.Vector(v, i), role.Dimensions[v]);
                    hash = VectorHash.Chain(hash, VectorHash.Of(vector));
                }
            }
        }
        return VectorHash.Avalanche(hash);
    }
}
