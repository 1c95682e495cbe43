using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Laws;

/// <summary>A fixed part plus an exponential one: shift + mean E, with E exponential of mean 1.</summary>
/// <param name="options">The two parts.</param>
[Law("shifted-exponential")]
public sealed class ShiftedExponential(ShiftedExponential.Options options) : Law
{
    /// <summary>Options of <see cref="ShiftedExponential"/>.</summary>
    public sealed record Options
    {
        /// <summary>The fixed part. Above 0 it lets partitions run side by side.</summary>
        [Time, Range(0, 1e18)]
        public double Shift { get; init; }

        /// <summary>The mean of the exponential part alone; that of the whole is shift + mean.</summary>
        [Time, Range(0, 1e18)]
        public required double Mean { get; init; }
    }

    /// <inheritdoc/>
    public override double Floor => options.Shift;

    /// <inheritdoc/>
    public override double Mean => options.Shift + options.Mean;

    /// <inheritdoc/>
    public override bool IsRandom => options.Mean > 0;

    /// <inheritdoc/>
    public override double Quantile(double share) =>
        IsRandom ? options.Shift - options.Mean * ExactMath.Log1p(-share) : options.Shift;

    /// <inheritdoc/>
    public override double Sample(in Draw draw) => options.Shift + options.Mean * draw.Exponential();

    /// <inheritdoc/>
    public override void Sample(in Draws draws, Span<double> values)
    {
        draws.Exponentials(values);
        foreach (ref var value in values[..draws.Count])
            value = options.Shift + options.Mean * value;
    }
}
