using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Methods.LocalTraining;

/// <summary>
/// An update of staleness s counts (1 + s)^-power; with a threshold, updates staler than that are dropped.
/// </summary>
/// <param name="options">Power and threshold.</param>
[StalenessRule("polynomial",
    Source = "Xie et al., arXiv 1903.03934; threshold: Liu et al., arXiv 2401.09135, section 4")]
public sealed class PolynomialStaleness(PolynomialStaleness.Options options) : StalenessRule
{
    /// <summary>Options of <see cref="PolynomialStaleness"/>.</summary>
    public sealed record Options
    {
        /// <summary>How fast the weight falls.</summary>
        [Range(0, 100.0)]
        public double Power { get; init; } = 0.5;

        /// <summary>The largest staleness that counts; null for no limit.</summary>
        [Range(0L, 1L << 48)]
        public long? Threshold { get; init; }
    }

    /// <inheritdoc/>
    public override double Weight(long staleness) =>
        staleness > options.Threshold ? 0 : 1 / ExactMath.Pow(1 + staleness, options.Power);
}
