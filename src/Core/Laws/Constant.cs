using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Laws;

/// <summary>Always the same number.</summary>
/// <param name="options">The number.</param>
[Law("constant")]
public sealed class Constant(Constant.Options options) : Law
{
    /// <summary>Options of <see cref="Constant"/>.</summary>
    public sealed record Options
    {
        /// <summary>The number.</summary>
        [Time, Range(0, 1e18)]
        public required double Value { get; init; }
    }

    /// <inheritdoc/>
    public override double Floor => options.Value;

    /// <inheritdoc/>
    public override double Mean => options.Value;

    /// <inheritdoc/>
    public override bool IsRandom => false;

    /// <inheritdoc/>
    public override double Quantile(double share) => options.Value;

    /// <inheritdoc/>
    public override double Sample(in Draw draw) => options.Value;
}
