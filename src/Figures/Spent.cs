using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting;

namespace AsyncOpt.Figures;

/// <summary>What metrics can be drawn over: all that runs record beside them.</summary>
/// <param name="Name">By what name it is asked for.</param>
/// <param name="Label">What the axis says.</param>
/// <param name="OfBand">Its mean over the seeds at a sampling instant.</param>
/// <param name="OfPoint">It, of one run.</param>
public sealed record Spent(string Name, string Label, Func<BandPoint, double> OfBand, Func<MetricPoint, double> OfPoint)
{
    /// <summary>All of them; the first where none is named.</summary>
    public static IReadOnlyList<Spent> All { get; } =
    [
        new("time", "virtual time (s)", p => p.Time, p => p.Time),
        new("updates", "updates", p => p.Updates, p => p.Updates),
        new("gradients", "stochastic gradients", p => p.Gradients, p => p.Gradients),
        new("samples", "samples", p => p.Samples, p => p.Samples),
        new("bytes", "bytes sent", p => p.Bytes, p => p.Bytes),
    ];
}
