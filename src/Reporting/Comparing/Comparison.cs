using AsyncOpt.Core.Runs;

namespace AsyncOpt.Reporting.Comparing;

/// <summary>Two runs side by side, or the seeds of two arms: a pure function of what their folders hold.</summary>
public sealed record Comparison
{
    /// <summary>The quantiles of staleness that are compared.</summary>
    public static IReadOnlyList<double> Quantiles { get; } = [0.5, 0.9, 0.99];

    /// <summary>The arm's name, or what else they are called.</summary>
    public required string Name { get; init; }

    /// <summary>How many pairs of runs there are.</summary>
    public required int Pairs { get; init; }

    /// <summary>Where their specifications differ beside their seeds, both values each.</summary>
    public required IReadOnlyList<string> Differences { get; init; }

    /// <summary>How the runs ended, each outcome once, in both.</summary>
    public required (IReadOnlyList<Outcome> A, IReadOnlyList<Outcome> B) Outcomes { get; init; }

    /// <summary>What the runs warned of, each sentence once, in both.</summary>
    public required (IReadOnlyList<string> A, IReadOnlyList<string> B) Warnings { get; init; }

    /// <summary>Counts, times, staleness and final metrics.</summary>
    public required IReadOnlyList<ComparedQuantity> Quantities { get; init; }

    /// <summary>The staleness of all updates of all seeds, in both.</summary>
    public required (StalenessRecord A, StalenessRecord B) Staleness { get; init; }

    /// <summary>The total-variation distance of the staleness distributions, of each pair.</summary>
    public required IReadOnlyList<double> Distances { get; init; }

    /// <summary>What the specifications expect of the distance, the least of all; null where none does.</summary>
    public required double? Target { get; init; }

    /// <summary>The largest distance; NaN where a run made no update.</summary>
    public double Distance => Distances.Any(double.IsNaN) ? double.NaN : Distances.Max();

    /// <summary>Compares runs pair by pair.</summary>
    /// <param name="name">What they are called.</param>
    /// <param name="pairs">The pairs, at least one.</param>
    public static Comparison Of(string name, IReadOnlyList<(StoredRun A, StoredRun B)> pairs) => new()
    {
        Name = name,
        Pairs = pairs.Count,
        Differences = [.. pairs.SelectMany(p => RunIdentity.Differences(p.A, p.B)).Distinct()],
        Outcomes = (OutcomesOf(pairs.Select(p => p.A)), OutcomesOf(pairs.Select(p => p.B))),
        Warnings = (WarningsOf(pairs.Select(p => p.A)), WarningsOf(pairs.Select(p => p.B))),
        Quantities = [.. QuantitiesOf(pairs)],
        Staleness = (
            StalenessStatistics.Pool([.. pairs.Select(p => p.A.Record.Staleness)]),
            StalenessStatistics.Pool([.. pairs.Select(p => p.B.Record.Staleness)])),
        Distances =
        [
            .. pairs.Select(p => StalenessStatistics.Distance(p.A.Record.Staleness, p.B.Record.Staleness)),
        ],
        Target = pairs.SelectMany(p => new[] { p.A, p.B }).Min(TargetOf),
    };

    static double? TargetOf(StoredRun run) =>
        run.Specification["compare"]?["staleness-distance"]?.GetValue<double>();

    static IReadOnlyList<string> WarningsOf(IEnumerable<StoredRun> runs) =>
        [.. runs.SelectMany(r => r.Record.Warnings).Distinct()];

    static IReadOnlyList<Outcome> OutcomesOf(IEnumerable<StoredRun> runs) =>
        [.. runs.Select(r => r.Record.Outcome).Distinct().Order()];

    static IEnumerable<ComparedQuantity> QuantitiesOf(IReadOnlyList<(StoredRun A, StoredRun B)> pairs)
    {
        yield return Of("updates", r => r.Counts.Updates, isCount: true);
        yield return Of("gradients", r => r.Counts.Gradients, isCount: true);
        yield return Of("messages", r => r.Counts.Messages, isCount: true);
        yield return Of("lost messages", r => r.Counts.Lost, isCount: true);
        yield return Of("virtual time (s)", r => r.VirtualTime / 1e9);
        yield return Of("wall time (s)", r => r.WallSeconds);
        foreach (var metric in pairs.SelectMany(p => Metrics(p.A).Concat(Metrics(p.B))).Distinct())
            yield return Of(metric, r => Final(r, metric), scale: ScaleOf(pairs, metric));
        yield return Of("staleness, mean", r => r.Staleness.Mean);
        foreach (var share in Quantiles)
            yield return Of(
                $"staleness, {Text.Number(100 * share)} % below or at",
                r => r.Staleness.Updates == 0 ? null : StalenessStatistics.Quantile(r.Staleness, share));
        yield return Of("staleness, largest", r => r.Staleness.Max);

        // Counts, times and staleness are never negative; a difference may be anything, whatever of.
        ComparedQuantity Of(
            string what, Func<RunRecord, double?> value, bool isCount = false, Scale scale = Scale.Log)
        {
            var values = pairs.Select(p => (A: value(p.A.Record), B: value(p.B.Record))).ToList();
            return new ComparedQuantity(
                what, Known(values.Select(v => v.A), scale), Known(values.Select(v => v.B), scale),
                Known(values.Select(v => v.B - v.A), Scale.Linear), isCount);
        }
    }

    static Interval Known(IEnumerable<double?> values, Scale scale) => Interval.Of([.. values.OfType<double>()], scale);

    // The scale that all runs agree on.
    static Scale ScaleOf(IReadOnlyList<(StoredRun A, StoredRun B)> pairs, string metric) =>
        pairs.SelectMany(p => new[] { p.A, p.B }).Where(r => Metrics(r).Contains(metric))
            .Select(r => r.Record.ScaleOf(metric)).Distinct().ToList() is [var scale] ? scale : Scale.Linear;

    static IEnumerable<string> Metrics(StoredRun run) => run.Record.Metrics.Select(p => p.Metric);

    static double? Final(RunRecord run, string metric) =>
        run.Metrics.Where(p => p.Metric == metric).Select(p => (double?)p.Value).LastOrDefault();
}
