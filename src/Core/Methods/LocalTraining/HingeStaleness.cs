using System.ComponentModel.DataAnnotations;

namespace AsyncOpt.Core.Methods.LocalTraining;

/// <summary>
/// An update of staleness s counts fully up to the threshold, beyond it 1 / (1 + slope (s - threshold)).
/// </summary>
/// <param name="options">Threshold and slope.</param>
[StalenessRule("hinge", Source = "Xie et al., arXiv 1903.03934, section 5.2")]
public sealed class HingeStaleness(HingeStaleness.Options options) : StalenessRule
{
    /// <summary>Options of <see cref="HingeStaleness"/>.</summary>
    public sealed record Options
    {
        /// <summary>The largest staleness that costs nothing.</summary>
        [Range(0L, 1L << 48)]
        public long Threshold { get; init; } = 4;

        /// <summary>How fast the weight falls beyond.</summary>
        [Range(0, 1e6)]
        public double Slope { get; init; } = 10;
    }

    /// <inheritdoc/>
    public override double Weight(long staleness) =>
        staleness <= options.Threshold ? 1 : 1 / (1 + (options.Slope * (staleness - options.Threshold)));
}
