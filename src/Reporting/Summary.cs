using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Theory;

namespace AsyncOpt.Reporting;

/// <summary>Messages and bytes that the agents of one role sent, over repetitions.</summary>
/// <param name="Role">The role's name.</param>
/// <param name="Agents">How many agents it has.</param>
/// <param name="Messages">Messages sent.</param>
/// <param name="Bytes">Bytes sent.</param>
public sealed record TrafficSummary(string Role, int Agents, Interval Messages, Interval Bytes);

/// <summary>Mean staleness as theory predicts it, and as it was measured, over repetitions.</summary>
/// <param name="Whose">Whose updates.</param>
/// <param name="Predicted">By theory; it varies where speeds are drawn.</param>
/// <param name="Measured">Over the updates of each repetition.</param>
public sealed record StalenessSummary(string Whose, Interval Predicted, Interval Measured);

/// <summary>What came to nothing for one reason, over repetitions.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Count">Computations or messages.</param>
/// <param name="ComputeSeconds">Virtual seconds of computing.</param>
/// <param name="Bytes">Bytes of messages.</param>
public sealed record WasteSummary(WasteReason Reason, Interval Count, Interval ComputeSeconds, Interval Bytes);

/// <summary>One arm over its repetitions.</summary>
public sealed record ArmSummary
{
    /// <summary>The arm's name.</summary>
    public required string Arm { get; init; }

    /// <summary>How many repetitions there were.</summary>
    public required int Runs { get; init; }

    /// <summary>How often each outcome came, in the order of <see cref="Outcome"/>; only those that came.</summary>
    public required IReadOnlyList<(Outcome Outcome, int Runs)> Outcomes { get; init; }

    /// <summary>
    /// The last value of each metric, in the order in which metrics first appear, over those repetitions that did not
    /// diverge: where one of them stood when it did says nothing of the others.
    /// </summary>
    public required IReadOnlyList<(string Metric, Interval Value)> Final { get; init; }

    /// <summary>
    /// Virtual seconds to the target, over those repetitions that reached it and did not diverge: one that passes it on
    /// the way to infinity has not come to it.
    /// </summary>
    public required Interval TimeToTarget { get; init; }

    /// <summary>Mean staleness of a repetition's updates.</summary>
    public required Interval StalenessMean { get; init; }

    /// <summary>The largest staleness of all repetitions.</summary>
    public required long StalenessMax { get; init; }

    /// <summary>What theory says of mean staleness, over the repetitions where its conditions are met.</summary>
    public IReadOnlyList<StalenessSummary> StalenessTheory { get; init; } = [];

    /// <summary>Updates of the model.</summary>
    public required Interval Updates { get; init; }

    /// <summary>Stochastic gradients.</summary>
    public required Interval Gradients { get; init; }

    /// <summary>Samples evaluated.</summary>
    public required Interval Samples { get; init; }

    /// <summary>Virtual seconds at the end.</summary>
    public required Interval VirtualTime { get; init; }

    /// <summary>Traffic per role, in the order of the roles.</summary>
    public required IReadOnlyList<TrafficSummary> Traffic { get; init; }

    /// <summary>Virtual seconds that agents spent computing.</summary>
    public Interval ComputeSeconds { get; init; }

    /// <summary>What came to nothing, in the order of the reasons; only those that there were.</summary>
    public IReadOnlyList<WasteSummary> Waste { get; init; } = [];
}

/// <summary>A metric of an arm at one sampling instant that all its repetitions reached.</summary>
/// <param name="Time">Virtual seconds.</param>
/// <param name="Updates">Mean number of updates so far.</param>
/// <param name="Gradients">Mean number of stochastic gradients so far.</param>
/// <param name="Samples">Mean number of samples so far.</param>
/// <param name="Bytes">Mean number of bytes sent so far.</param>
/// <param name="Metric">The metric's name.</param>
/// <param name="Value">The metric over the repetitions.</param>
public sealed record BandPoint(
    double Time, double Updates, double Gradients, double Samples, double Bytes, string Metric, Interval Value);

/// <summary>Arms times seeds, summed up: pure functions of the runs' records.</summary>
public static class Summary
{
    /// <summary>Sums up the repetitions of one arm.</summary>
    public static ArmSummary Of(string arm, IReadOnlyList<RunRecord> runs) => new()
    {
        Arm = arm,
        Runs = runs.Count,
        Outcomes = [.. runs.GroupBy(r => r.Outcome).OrderBy(g => g.Key).Select(g => (g.Key, g.Count()))],
        Final = Final(runs),
        TimeToTarget = Over(
            runs.Where(r => r is { TimeToTarget: not null, Outcome: not Outcome.Diverged }),
            r => r.TimeToTarget!.Value),
        StalenessMean = Over(runs, r => r.Staleness.Mean),
        StalenessMax = runs.Max(r => r.Staleness.Max),
        StalenessTheory = [.. runs.SelectMany(r => r.StalenessTheory).GroupBy(t => t.Whose).Select(Theory)],
        Updates = Over(runs, r => r.Counts.Updates),
        Gradients = Over(runs, r => r.Counts.Gradients),
        Samples = Over(runs, r => r.Counts.Samples),
        VirtualTime = Over(runs, r => r.VirtualTime / 1e9),
        Traffic = Traffic(runs),
        ComputeSeconds = Over(runs, r => r.Counts.ComputeSeconds),
        Waste =
        [
            .. runs.SelectMany(r => r.Waste).Select(w => w.Reason).Distinct().Order().Select(reason => new WasteSummary(
                reason, Over(runs, r => Of(r, reason)?.Count ?? 0),
                Over(runs, r => Of(r, reason)?.ComputeSeconds ?? 0), Over(runs, r => Of(r, reason)?.Bytes ?? 0))),
        ],
    };

    static WasteCount? Of(RunRecord run, WasteReason reason) => run.Waste.FirstOrDefault(w => w.Reason == reason);

    /// <summary>
    /// Each metric over the repetitions of one arm, at the sampling instants that all of them reached: a band over
    /// those that lasted longest would show survivors only.
    /// </summary>
    public static IReadOnlyList<BandPoint> Bands(IReadOnlyList<RunRecord> runs)
    {
        var points = runs.SelectMany((run, k) => run.Metrics.Select(p => (Run: k, Point: p)));
        return
        [
            .. from entry in points
               group entry by (entry.Point.Metric, entry.Point.Time) into instant
               where instant.Select(e => e.Run).Distinct().Count() == runs.Count
               // An end that falls on a sampling instant may report a metric twice: the last counts.
               let last = instant.GroupBy(e => e.Run).Select(g => g.Last().Point).ToList()
               select new BandPoint(
                   instant.Key.Time,
                   last.Average(p => (double)p.Updates),
                   last.Average(p => (double)p.Gradients),
                   last.Average(p => (double)p.Samples),
                   last.Average(p => (double)p.Bytes),
                   instant.Key.Metric,
                   Interval.Of([.. last.Select(p => p.Value)], ScaleOf(runs, instant.Key.Metric))),
        ];
    }

    static List<(string Metric, Interval Value)> Final(IReadOnlyList<RunRecord> runs)
    {
        var lasts = runs.Where(run => run.Outcome != Outcome.Diverged).Select(run =>
        {
            var last = new Dictionary<string, double>();
            foreach (var p in run.Metrics)
                last[p.Metric] = p.Value;
            return last;
        }).ToList();
        var names = runs.SelectMany(r => r.Metrics).Select(p => p.Metric).Distinct();
        return [.. names.Select(name =>
            (name, Interval.Of(
                [.. lasts.Where(l => l.ContainsKey(name)).Select(l => l[name])], ScaleOf(runs, name))))];
    }

    static List<TrafficSummary> Traffic(IReadOnlyList<RunRecord> runs)
    {
        var roles = runs.SelectMany(r => r.Traffic).Select(t => t.Role).Distinct();
        return [.. roles.Select(role =>
        {
            var all = runs.SelectMany(r => r.Traffic).Where(t => t.Role == role).ToList();
            return new TrafficSummary(
                role,
                all[0].Agents,
                Interval.Of([.. all.Select(t => (double)t.Messages)], Scale.Log),
                Interval.Of([.. all.Select(t => (double)t.Bytes)], Scale.Log));
        })];
    }

    static StalenessSummary Theory(IGrouping<string, StalenessComparison> theory) => new(
        theory.Key,
        Interval.Of([.. theory.Select(t => t.Predicted)], Scale.Log),
        Interval.Of([.. theory.Select(t => t.Measured)], Scale.Log));

    // The scale that the runs agree on.
    static Scale ScaleOf(IReadOnlyList<RunRecord> runs, string metric) =>
        runs.Select(r => r.ScaleOf(metric)).Distinct().ToList() is [var scale] ? scale : Scale.Linear;

    // Of times, counts and staleness, which are never negative.
    static Interval Over(IEnumerable<RunRecord> runs, Func<RunRecord, double> value) =>
        Interval.Of([.. runs.Select(value)], Scale.Log);
}
