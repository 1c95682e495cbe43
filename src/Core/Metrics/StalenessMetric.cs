using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Numerics;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Metrics;

/// <summary>
/// Staleness over time: mean, quantiles and maximum over the updates made since it was evaluated last. Where there were
/// none, it has no value.
/// </summary>
/// <remarks>
/// staleness-mean, staleness-p50 for the quantile 0.5 and so on, staleness-max. The quantile q is the least staleness
/// that a share q of the updates does not exceed. Staleness up to 127 is counted one by one; larger ones are counted in
/// 64 classes for each power of two, and quantiles and the maximum are the least of their class: at most 1.6 % below
/// the true one. The mean is exact.
/// </remarks>
/// <param name="options">Which quantiles, and how often.</param>
[EventMetric("staleness")]
public sealed class StalenessMetric(StalenessMetric.Options options) : EventMetric(options)
{
    // Classes up to this number hold one value each; from there on, as many as half of it share a power of two.
    const int Singles = 128;
    const int Sum = 0, FirstClass = 1;

    /// <summary>Options of <see cref="StalenessMetric"/>.</summary>
    public sealed record Options : MetricOptions, ICheckedOptions
    {
        /// <summary>The quantiles, each above 0 and below 1.</summary>
        [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
        public IReadOnlyList<double> Quantiles { get; init; } = [0.5, 0.95];

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (Quantiles.Distinct().Count() < Quantiles.Count)
                yield return "quantiles: each of them once";
        }
    }

    /// <inheritdoc/>
    public override EventKinds Reads => EventKinds.Updates;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Metrics(RunPlan plan) =>
        ["staleness-mean", .. options.Quantiles.Select(NameOf), "staleness-max"];

    /// <inheritdoc/>
    public override Scale ScaleOf(string metric) => Scale.Log;

    /// <inheritdoc/>
    public override int SumsOf(RunPlan plan, Layout layout) => FirstClass + ClassOf(long.MaxValue) + 1;

    /// <inheritdoc/>
    public override void OnUpdate(in UpdateEvent e, Span<Int128> sums)
    {
        sums[Sum] += e.Staleness;
        sums[FirstClass + ClassOf(e.Staleness)]++;
    }

    /// <inheritdoc/>
    public override void Evaluate(in EventSums sums, Action<string, double> metric)
    {
        var counts = sums.Recent[FirstClass..];
        Int128 updates = 0;
        foreach (var count in counts)
            updates += count;
        if (updates == 0)
            return;
        metric("staleness-mean", (double)sums.Recent[Sum] / (double)updates);
        foreach (var quantile in options.Quantiles)
            metric(NameOf(quantile), LeastOf(ClassAt((Int128)Math.Ceiling(quantile * (double)updates), counts)));
        metric("staleness-max", LeastOf(ClassAt(updates, counts)));
    }

    // The class of the update of a rank, from 1, in the order of staleness.
    static int ClassAt(Int128 rank, ReadOnlySpan<Int128> counts)
    {
        var k = 0;
        for (var below = counts[0]; below < rank; below += counts[k])
            k++;
        return k;
    }

    /// <summary>The class that a staleness is counted in.</summary>
    internal static int ClassOf(long staleness)
    {
        if (staleness < Singles)
            return (int)staleness;
        var halvings = BitOperations.Log2((ulong)staleness) - BitOperations.Log2(Singles) + 1;
        return (halvings * Singles / 2) + (int)(staleness >> halvings);
    }

    /// <summary>The least staleness that is counted in a class.</summary>
    internal static long LeastOf(int number)
    {
        if (number < Singles)
            return number;
        var halvings = (number / (Singles / 2)) - 1;
        return (long)(number - (halvings * Singles / 2)) << halvings;
    }

    static string NameOf(double quantile) =>
        "staleness-p" + (100 * (decimal)quantile).ToString("0.#######", CultureInfo.InvariantCulture);
}
