using System.Globalization;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation.Judging;

/// <summary>What the metrics of a run say against it, a sentence each: a pure function of what was sampled.</summary>
static class MetricDoubts
{
    // Of F at two points, each a sum over samples that may be taken in another order; relative beyond 1.
    const double Rounding = 1e-10;

    /// <summary>What makes the run's results doubtful.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="metrics">What was sampled, in the order of sampling.</param>
    /// <param name="counts">What was counted.</param>
    /// <param name="outcome">How it ended; the reason of a stalled run says why nothing came of it.</param>
    /// <param name="timeToTarget">When the target was first met, in seconds; null if never.</param>
    public static IEnumerable<string> Of(
        RunPlan plan, IReadOnlyList<MetricPoint> metrics, RunCounts counts, Outcome outcome,
        double? timeToTarget)
    {
        if (counts.Updates > 0 && outcome != Outcome.Stalled && NeverChanged(metrics))
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"the estimate never changed (updates counted: {counts.Updates:N0}): no step was made, as with a step ")
                + "of 0, or with a server that waits for more updates than came";
        }
        if (plan.Problem.Optimum is { } optimum && BelowZero(metrics, optimum) is { } lowest)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{lowest.Metric} was {lowest.Value:G4} at {lowest.Time} s, below 0 by more than rounding: ")
                + "what is taken for the optimum is none; do not trust gap and squared-error of this run";
        }
        if (timeToTarget == 0 && plan.Stop.Target is { } target)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"the target is met before the first update: {target.Metric} is {First(metrics, target.Metric):G4} at ")
                + "0 s; set a value that is to be reached";
        }
    }

    static double First(IReadOnlyList<MetricPoint> metrics, string metric) =>
        metrics.First(p => p.Metric == metric).Value;

    // To the last bit, in loss and gradient: what predictions and other diagnostics say may change with time alone.
    static bool NeverChanged(IReadOnlyList<MetricPoint> metrics) =>
        metrics.Count > 0 && metrics[^1].Time > metrics[0].Time
        && metrics.Where(p => MetricNames.IsStandard(p.Metric)).GroupBy(p => p.Metric)
            .All(metric => metric.Select(p => p.Value).Distinct().Take(2).Count() == 1);

    static MetricPoint? BelowZero(IReadOnlyList<MetricPoint> metrics, Core.Problems.Optimum optimum)
    {
        var bound = (optimum.IsCertified ? optimum.GapBound : 0) + (Rounding * Math.Max(1, Math.Abs(optimum.Value)));
        var below = metrics.Where(p => MetricNames.Base(p.Metric) == MetricNames.Gap && p.Value < -bound).ToList();
        return below.Count == 0 ? null : below.MinBy(p => p.Value);
    }
}
