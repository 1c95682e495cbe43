using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Laws;

/// <summary>The ranks 1, ..., count times scale, rank r with probability proportional to r^-exponent.</summary>
/// <param name="options">Exponent and count.</param>
[Law("zipf")]
public sealed class Zipf(Zipf.Options options) : Law
{
    /// <summary>Options of <see cref="Zipf"/>.</summary>
    public sealed record Options
    {
        /// <summary>How fast large ranks become rare; 0 makes all equally likely.</summary>
        [Range(0, 100.0)]
        public double Exponent { get; init; } = 1;

        /// <summary>The largest rank.</summary>
        [Range(1, 1 << 20)]
        public required int Count { get; init; }

        /// <summary>What one rank is worth.</summary>
        [Time, Range(0, 1e18)]
        public double Scale { get; init; } = 1;
    }

    // _cumulative[r - 1] = 1^-a + ... + r^-a.
    readonly double[] _cumulative = Accumulate(options.Exponent, options.Count);

    /// <inheritdoc/>
    public override double Floor => options.Scale;

    /// <summary>scale H(count, exponent - 1) / H(count, exponent), with H(n, a) = 1^-a + ... + n^-a.</summary>
    public override double Mean =>
        options.Scale * Accumulate(options.Exponent - 1, options.Count)[^1] / _cumulative[^1];

    /// <inheritdoc/>
    public override bool IsRandom => options.Count > 1;

    /// <summary>Inversion: the first rank whose cumulative weight reaches a uniform share of the whole.</summary>
    /// <inheritdoc/>
    public override double Sample(in Draw draw) => Quantile(draw.Uniform());

    /// <inheritdoc/>
    public override double Quantile(double share)
    {
        var index = Array.BinarySearch(_cumulative, share * _cumulative[^1]);
        return options.Scale * (1 + Math.Min(index < 0 ? ~index : index, _cumulative.Length - 1));
    }

    static double[] Accumulate(double exponent, int count)
    {
        var sums = new double[count];
        var sum = 0.0;
        for (var rank = 1; rank <= count; rank++)
            sums[rank - 1] = sum += ExactMath.Pow(rank, -exponent);
        return sums;
    }
}
