using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Laws;

/// <summary>
/// shift + median exp(sigma Z) with Z standard normal. The mean of the random part is median exp(sigma^2 / 2).
/// Give either its median or its mean.
/// </summary>
/// <param name="options">Place and spread.</param>
[Law("log-normal")]
public sealed class LogNormal(LogNormal.Options options) : Law
{
    /// <summary>Options of <see cref="LogNormal"/>.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>The median of the random part; or give <see cref="Mean"/>.</summary>
        [Time, Range(0, 1e18)]
        public double? Median { get; init; }

        /// <summary>The mean of the random part; or give <see cref="Median"/>.</summary>
        [Time, Range(0, 1e18)]
        public double? Mean { get; init; }

        /// <summary>The standard deviation of the logarithm.</summary>
        [Range(0, 10.0)]
        public required double Sigma { get; init; }

        /// <summary>A fixed part. Above 0 it lets partitions run side by side.</summary>
        [Time, Range(0, 1e18)]
        public double Shift { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (Median is null == Mean is null)
                yield return $"give either median or mean; {(Median is null ? "neither" : "both")} came";
        }
    }

    readonly double _median =
        options.Median ?? options.Mean!.Value * ExactMath.Exp(-0.5 * options.Sigma * options.Sigma);

    /// <inheritdoc/>
    public override double Floor => options.Shift + (IsRandom ? 0 : _median);

    /// <inheritdoc/>
    public override double Mean =>
        options.Shift + (options.Mean ?? _median * ExactMath.Exp(0.5 * options.Sigma * options.Sigma));

    /// <inheritdoc/>
    public override bool IsRandom => options.Sigma > 0;

    /// <inheritdoc/>
    public override double Quantile(double share) => IsRandom
        ? options.Shift + _median * ExactMath.Exp(options.Sigma * StandardNormal.Quantile(share))
        : Floor;

    /// <inheritdoc/>
    public override double Sample(in Draw draw) =>
        options.Shift + _median * ExactMath.Exp(options.Sigma * draw.Normal());
}
