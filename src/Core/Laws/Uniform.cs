using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Laws;

/// <summary>All numbers between two bounds, equally likely.</summary>
/// <param name="options">The bounds.</param>
[Law("uniform")]
public sealed class Uniform(Uniform.Options options) : Law
{
    /// <summary>Options of <see cref="Uniform"/>.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>The lower bound.</summary>
        [Time, Range(0, 1e18)]
        public double Low { get; init; }

        /// <summary>The upper bound, at least the lower one.</summary>
        [Time, Range(0, 1e18)]
        public required double High { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (High < Low)
                yield return $"high must be at least low; low is {Low}, high is {High}";
        }
    }

    /// <inheritdoc/>
    public override double Floor => options.Low;

    /// <inheritdoc/>
    public override double Mean => 0.5 * (options.Low + options.High);

    /// <inheritdoc/>
    public override bool IsRandom => options.High > options.Low;

    /// <inheritdoc/>
    public override double Quantile(double share) => options.Low + (options.High - options.Low) * share;

    /// <inheritdoc/>
    public override double Sample(in Draw draw) => options.Low + (options.High - options.Low) * draw.Uniform();

    /// <inheritdoc/>
    public override void Sample(in Draws draws, Span<double> values)
    {
        draws.Uniforms(values);
        foreach (ref var value in values[..draws.Count])
            value = options.Low + (options.High - options.Low) * value;
    }
}
