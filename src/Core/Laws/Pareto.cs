using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Laws;

/// <summary>
/// A heavy tail: P(X > x) = (scale / x)^shape for x at least scale. Mean scale shape / (shape - 1) for shape above 1,
/// otherwise infinite; the variance is finite for shape above 2.
/// </summary>
/// <param name="options">Scale and shape.</param>
[Law("pareto")]
public sealed class Pareto(Pareto.Options options) : Law
{
    /// <summary>Options of <see cref="Pareto"/>.</summary>
    public sealed record Options
    {
        /// <summary>The smallest value.</summary>
        [Time, Range(0, 1e18)]
        public required double Scale { get; init; }

        /// <summary>The exponent of the tail: the smaller, the heavier.</summary>
        [Range(0.1, 1e6)]
        public required double Shape { get; init; }
    }

    /// <inheritdoc/>
    public override double Floor => options.Scale;

    /// <inheritdoc/>
    public override double Mean =>
        options.Shape > 1 ? options.Scale * options.Shape / (options.Shape - 1) : double.PositiveInfinity;

    /// <inheritdoc/>
    public override double Quantile(double share) =>
        options.Scale * ExactMath.Exp(-ExactMath.Log1p(-share) / options.Shape);

    /// <summary>scale u^(-1/shape), u uniform: the logarithm of the ratio to the scale is exponential.</summary>
    /// <inheritdoc/>
    public override double Sample(in Draw draw) =>
        options.Scale * ExactMath.Exp(draw.Exponential() / options.Shape);

    /// <inheritdoc/>
    public override void Sample(in Draws draws, Span<double> values)
    {
        draws.Exponentials(values);
        foreach (ref var value in values[..draws.Count])
            value = options.Scale * ExactMath.Exp(value / options.Shape);
    }
}
