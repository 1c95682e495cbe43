using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Schedules;

/// <summary>
/// Grows like a power up to a limit: min(max, scale * (n + offset)^exponent) for update n = 0, 1, 2, .... For what
/// grows in time, such as the repellence of a walk.
/// </summary>
/// <param name="options">Limit, scale, exponent, offset.</param>
[Schedule("growth")]
public sealed class GrowthSchedule(GrowthSchedule.Options options) : StepSchedule
{
    /// <summary>Options of <see cref="GrowthSchedule"/>.</summary>
    public sealed record Options
    {
        /// <summary>What it never exceeds.</summary>
        [Range(0, 1e6)]
        public required double Max { get; init; }

        /// <summary>The value at n + offset = 1.</summary>
        [Range(0, 1e6)]
        public double Scale { get; init; } = 1;

        /// <summary>The exponent, 1/2 for growth like a square root.</summary>
        [Range(0, 10.0)]
        public required double Exponent { get; init; }

        /// <summary>Added to n; larger ones flatten the beginning.</summary>
        [Range(1e-9, 1e12)]
        public double Offset { get; init; } = 1;
    }

    /// <inheritdoc/>
    public override double At(long n) =>
        Math.Min(options.Max, options.Scale * ExactMath.Pow(n + options.Offset, options.Exponent));
}
