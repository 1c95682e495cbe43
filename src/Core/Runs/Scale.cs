namespace AsyncOpt.Core.Runs;

/// <summary>
/// The scale on which the interval of a quantity over seeds is symmetric. It belongs to the quantity, and never
/// follows from the values that it happened to take.
/// </summary>
public enum Scale
{
    /// <summary>Values of any sign, and all differences: mean +- half-width.</summary>
    Linear,

    /// <summary>Never negative by definition, such as a gap, a squared error, a time, a count or a ratio.</summary>
    Log,

    /// <summary>A share between 0 and 1, such as an accuracy: symmetric in log(p / (1 - p)).</summary>
    Logit,
}
