using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Problems;

/// <summary>
/// A faster form of sums over many samples of a problem, in float64: what metrics are made of. It must agree with the
/// plain form to rounding.
/// </summary>
public abstract class FastLoss
{
    /// <summary>Sums over the samples of one block. Called from several threads at once.</summary>
    /// <param name="samples">The samples and the point.</param>
    /// <param name="gradient">If not empty, the weighted sum of the gradients is added to it, d coordinates.</param>
    /// <param name="right">How many of the samples have the largest score at their class.</param>
    /// <returns>The weighted sum of the losses.</returns>
    public abstract double Sum(in LossSamples samples, Span<double> gradient, out int right);

    /// <summary>Whether <see cref="AddHessian"/> is there for a table, and faster than the plain form.</summary>
    /// <param name="features">The table.</param>
    public virtual bool HasHessian(FeatureMatrix features) => false;

    /// <summary>Adds the weighted sum of the losses' Hessians. Called from several threads at once.</summary>
    /// <param name="samples">The samples and the point.</param>
    /// <param name="hessian">d x d numbers.</param>
    public virtual void AddHessian(in LossSamples samples, Span<double> hessian) => throw new NotSupportedException();

    /// <summary>The mean loss of some samples and the share of right ones: on all cores, the same bits.</summary>
    /// <param name="features">The table.</param>
    /// <param name="rows">Its rows, one a sample.</param>
    /// <param name="labels">The labels of the whole table, as the loss takes them.</param>
    /// <param name="point">d coordinates.</param>
    public (double Loss, double Right) Mean(FeatureMatrix features, int[] rows, double[] labels, double[] point)
    {
        var right = new double[1];
        var loss = BlockReduction.Sum(rows.Length, right, (first, end, hits) =>
        {
            var sum = Sum(new(features, rows.AsSpan(first..end), labels, [], point), [], out var count);
            hits[0] = count;
            return sum;
        });
        return (loss / rows.Length, right[0] / rows.Length);
    }
}

/// <summary>A block of samples and the point to evaluate at.</summary>
/// <param name="features">The table.</param>
/// <param name="rows">Its rows, one a sample.</param>
/// <param name="labels">The labels of the whole table, as the loss takes them.</param>
/// <param name="weights">The weight of each sample; empty for 1.</param>
/// <param name="point">d coordinates.</param>
public readonly ref struct LossSamples(
    FeatureMatrix features, ReadOnlySpan<int> rows, double[] labels, ReadOnlySpan<double> weights,
    ReadOnlySpan<double> point)
{
    /// <summary>The table.</summary>
    public FeatureMatrix Features { get; } = features;

    /// <summary>Its rows, one a sample.</summary>
    public ReadOnlySpan<int> Rows { get; } = rows;

    /// <summary>The labels of the whole table.</summary>
    public double[] Labels { get; } = labels;

    /// <summary>The weight of each sample; empty for 1.</summary>
    public ReadOnlySpan<double> Weights { get; } = weights;

    /// <summary>d coordinates.</summary>
    public ReadOnlySpan<double> Point { get; } = point;
}

/// <summary>Binds a class derived from <see cref="FastLoss"/> to a problem it serves.</summary>
/// <param name="problem">
/// The problem's type; the class has a public constructor that takes it, or one that takes nothing.
/// </param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class FastLossAttribute(Type problem) : Attribute
{
    /// <summary>The problem's type.</summary>
    public Type Problem { get; } = problem;
}
