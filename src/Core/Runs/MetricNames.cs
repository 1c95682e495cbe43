namespace AsyncOpt.Core.Runs;

/// <summary>The metrics that every problem has, and what is known of any metric by its name.</summary>
public static class MetricNames
{
    /// <summary>F(x) over the training part.</summary>
    public const string Loss = "loss";

    /// <summary>F(x) - F(optimum).</summary>
    public const string Gap = "gap";

    /// <summary>|x - optimum|^2.</summary>
    public const string SquaredError = "squared-error";

    /// <summary>|grad F(x)|.</summary>
    public const string GradientNorm = "gradient-norm";

    /// <summary>(1/m) sum_j |x_j - mean|^2 over the agents of a mean estimate.</summary>
    public const string ConsensusDistance = "consensus-distance";

    /// <summary>Begins the name of what theory predicts of the metric whose name follows.</summary>
    public const string Predicted = "predicted-";

    /// <summary>
    /// The conditions that predictions rest on, each over its limit, the largest: above 1 they are not met.
    /// </summary>
    public const string PredictionConditions = "prediction-conditions";

    /// <summary>
    /// Ends the name of a metric's worst value over agents that are each an estimate; its mean has the plain name.
    /// </summary>
    public const string Worst = "-worst";

    /// <summary>Ends the name of a metric's largest minus its smallest value over such agents.</summary>
    public const string Spread = "-spread";

    static readonly string[] Standard = [Loss, Gap, SquaredError, GradientNorm, ConsensusDistance];
    static readonly string[] OfOptimum = [Gap, SquaredError];
    static readonly string[] NeverNegative = [Gap, SquaredError, GradientNorm, ConsensusDistance];
    static readonly string[] Endings = [Worst, Spread];

    /// <summary>The metrics that every problem has; where each agent is an estimate, also with the endings.</summary>
    public static IReadOnlyList<string> All => Standard;

    /// <summary>Whether the metric is a distance to the optimum.</summary>
    public static bool NeedsOptimum(string metric) => OfOptimum.Contains(Base(metric));

    /// <summary>Whether every problem has this metric.</summary>
    public static bool IsStandard(string metric) => Standard.Contains(Base(metric));

    /// <summary>
    /// The scale of a metric that follows from its definition here; null where the problem or diagnostic that gives it
    /// has to say.
    /// </summary>
    public static Scale? ScaleOf(string metric) =>
        metric.EndsWith(Spread, StringComparison.Ordinal) || NeverNegative.Contains(Base(metric)) ? Scale.Log : null;

    /// <summary>The metric without the ending that says over which agents.</summary>
    public static string Base(string metric) =>
        Array.Find(Endings, e => metric.EndsWith(e, StringComparison.Ordinal)) is { } ending
            ? metric[..^ending.Length]
            : metric;
}
