using System.ComponentModel.DataAnnotations;

namespace AsyncOpt.Core.Problems.Nets;

/// <summary>The options that all neural problems share.</summary>
public abstract record NetOptions : SampleOptions
{
    /// <summary>The units of each hidden layer, from first to last; empty for none.</summary>
    [Range(1, 1_000_000)]
    public IReadOnlyList<int> Hidden { get; init; } = [128];

    /// <summary>
    /// Over how many samples of each part metrics are taken; 0 for all. They are drawn from the data seed, and the
    /// same throughout.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int EvaluationSamples { get; init; }
}

/// <summary>
/// A problem over samples whose objective is not convex: no curvature, no optimum, and a start of its own.
/// </summary>
/// <param name="options">The shared options.</param>
public abstract class NetProblem(NetOptions options) : SampleProblem(options)
{
    /// <inheritdoc />
    public override double StrongConvexity => 0;

    /// <inheritdoc/>
    protected override bool IsLossNeverNegative => true;

    /// <inheritdoc />
    protected override bool HasClasses => true;

    /// <inheritdoc />
    protected override bool HasTrainAccuracy => true;

    /// <inheritdoc />
    protected override int EvaluationSamples => options.EvaluationSamples;
}
