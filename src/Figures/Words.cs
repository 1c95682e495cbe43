using AsyncOpt.Core.Runs;

namespace AsyncOpt.Figures;

/// <summary>What metrics are called in figures.</summary>
static class Words
{
    static readonly Dictionary<string, string> Known = new()
    {
        [MetricNames.Loss] = "loss",
        [MetricNames.Gap] = "gap to the optimum",
        [MetricNames.SquaredError] = "squared distance to the optimum",
        [MetricNames.GradientNorm] = "norm of the gradient",
        [MetricNames.ConsensusDistance] = "squared distance from the mean",
        ["accuracy"] = "accuracy on the test part",
        ["test-loss"] = "loss on the test part",
        ["sampling-error"] = "squared error of the visits",
    };

    /// <summary>A metric's name in words.</summary>
    public static string Of(string metric) => Known.TryGetValue(metric, out var words)
        ? words
        : metric.EndsWith(MetricNames.Worst, StringComparison.Ordinal)
            ? $"{Of(metric[..^MetricNames.Worst.Length])}, worst agent"
            : metric.EndsWith(MetricNames.Spread, StringComparison.Ordinal)
                ? $"{Of(metric[..^MetricNames.Spread.Length])}, largest minus least"
                : metric.Replace('-', ' ');
}
