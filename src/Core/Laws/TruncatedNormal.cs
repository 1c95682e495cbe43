using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Laws;

/// <summary>
/// A normal law given that it is at least <c>floor</c>. Its mean is above that of the normal law:
/// mean + sd phi(a) / (1 - Phi(a)) with a = (floor - mean) / sd.
/// </summary>
/// <param name="options">The normal law and where it is cut.</param>
[Law("truncated-normal")]
public sealed class TruncatedNormal(TruncatedNormal.Options options) : Law
{
    /// <summary>Options of <see cref="TruncatedNormal"/>.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>The mean of the normal law before it is cut.</summary>
        [Time, Range(0, 1e18)]
        public required double Mean { get; init; }

        /// <summary>The standard deviation of the normal law before it is cut, above 0.</summary>
        [Time, Range(0, 1e18, MinimumIsExclusive = true)]
        public required double Sd { get; init; }

        /// <summary>The smallest value. Above 0 it lets partitions run side by side.</summary>
        [Time, Range(0, 1e18)]
        public double Floor { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            // Draws are repeated until one is above the floor: one in 44 at two deviations.
            if (Floor > Mean + 2 * Sd)
                yield return $"floor must be at most mean + 2 sd = {Mean + 2 * Sd}, or hardly any draw is above it; "
                    + $"it is {Floor}";
        }
    }

    /// <inheritdoc/>
    public override double Floor => options.Floor;

    /// <inheritdoc/>
    public override double Mean => options.Mean + options.Sd * Hazard((options.Floor - options.Mean) / options.Sd);

    /// <inheritdoc/>
    public override double Quantile(double share)
    {
        // Of what is above the floor: seen from above, where the normal law is far below it.
        var above = StandardNormal.Below((options.Mean - options.Floor) / options.Sd);
        var z = -StandardNormal.Quantile(above * (1 - share));
        return Math.Max(options.Floor, options.Mean + options.Sd * z);
    }

    /// <summary>The first of the draw's normal numbers that is above the floor.</summary>
    /// <inheritdoc/>
    public override double Sample(in Draw draw)
    {
        for (var pair = 0; pair < 1 << 16; pair++)
        {
            draw.NormalPair(pair, out var even, out var odd);
            var value = options.Mean + options.Sd * even;
            if (value >= options.Floor)
                return value;
            value = options.Mean + options.Sd * odd;
            if (value >= options.Floor)
                return value;
        }
        return options.Floor;       // probability below 1e-1000 for options that pass the check
    }

    /// <summary>
    /// phi(a) / (1 - Phi(a)), the integral of phi from a on by Simpson's rule up to where nothing is left.
    /// </summary>
    static double Hazard(double a)
    {
        const int Intervals = 4000;
        var low = Math.Max(a, -10);
        var step = (10 - low) / Intervals;
        var sum = 0.0;
        for (var i = 0; i <= Intervals; i++)
        {
            var x = low + i * step;
            var weight = i == 0 || i == Intervals ? 1 : (i & 1) == 1 ? 4 : 2;
            sum += weight * ExactMath.Exp(-0.5 * x * x);
        }
        return ExactMath.Exp(-0.5 * a * a) / (sum * step / 3);
    }
}
