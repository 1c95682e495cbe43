using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AsyncOpt.Core.Problems;

namespace AsyncOpt.Simulation.Judging;

/// <summary>
/// The metrics at the point where runs of a problem start, which arms and seeds of an experiment share: taken once, by
/// whichever run is the first there.
/// </summary>
sealed class StartMetrics
{
    static readonly ConditionalWeakTable<Problem, StartMetrics> All = [];

    readonly Lock _lock = new();
    double[] _point = [];
    (Optimum? Optimum, FastLoss? Form) _takenWith;
    List<(string Metric, double Value)>? _metrics;

    /// <summary>The metrics of a problem at a point; where another run is taking them, it is waited for.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="point">The point.</param>
    /// <param name="measure">Takes the metrics; what it returns is not changed after.</param>
    public static List<(string Metric, double Value)> Of(
        Problem problem, double[] point, Func<List<(string Metric, double Value)>> measure) =>
        All.GetOrCreateValue(problem).At((problem.Optimum, problem.FastLoss), point, measure);

    List<(string Metric, double Value)> At(
        (Optimum? Optimum, FastLoss? Form) with, double[] point, Func<List<(string Metric, double Value)>> measure)
    {
        lock (_lock)
        {
            var isKnown = _metrics is not null && _takenWith == with
                && MemoryMarshal.AsBytes(point.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(_point.AsSpan()));
            if (!isKnown)
                (_metrics, _takenWith, _point) = (measure(), with, [.. point]);
            return _metrics!;
        }
    }
}
