namespace AsyncOpt.Experiments;

/// <summary>What is known of metrics by their names.</summary>
public static class MetricNames
{
    static readonly string[] Standard = ["loss", "gap", "squared-error", "error", "gradient-norm", "consensus"];
    static readonly string[] OfOptimum = ["gap", "squared-error", "error"];
    static readonly string[] Endings = ["-mean", "-worst", "-spread"];

    /// <summary>The metrics that every problem has; where each agent has an estimate, also with the endings
    /// <c>-mean</c>, <c>-worst</c> and <c>-spread</c>.</summary>
    public static IReadOnlyList<string> All => Standard;

    /// <summary>Whether more is better, as for accuracies.</summary>
    public static bool IsBetterAbove(string metric) => metric.Contains("accuracy", StringComparison.Ordinal);

    /// <summary>Whether the metric is a distance to the optimum.</summary>
    public static bool NeedsOptimum(string metric) => OfOptimum.Contains(Base(metric));

    /// <summary>Whether every problem has this metric.</summary>
    public static bool IsStandard(string metric) => Standard.Contains(Base(metric));

    /// <summary>The metric without the ending that says over which agents.</summary>
    public static string Base(string metric) =>
        Array.Find(Endings, e => metric.EndsWith(e, StringComparison.Ordinal)) is { } ending
            ? metric[..^ending.Length]
            : metric;
}
