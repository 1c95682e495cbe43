using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Schedules;

/// <summary>
/// Half a wave of a cosine from peak to final: final + (peak - final) (1 + cos(pi n / steps)) / 2 for n up to steps,
/// then final. No restarts.
/// </summary>
/// <param name="options">Peak, final, length.</param>
[Schedule("cosine", Source = "Loshchilov and Hutter, SGDR, ICLR 2017, eq. 5, one period")]
public sealed class CosineSchedule(CosineSchedule.Options options) : StepSchedule
{
    /// <summary>Options of <see cref="CosineSchedule"/>.</summary>
    public sealed record Options
    {
        /// <summary>The first step size.</summary>
        [Range(0, 1e6)]
        public required double Peak { get; init; }

        /// <summary>The last step size.</summary>
        [Range(0, 1e6)]
        public double Final { get; init; }

        /// <summary>The number of updates from one to the other.</summary>
        [Range(1L, 1L << 48)]
        public required long Steps { get; init; }
    }

    /// <inheritdoc/>
    public override double At(long n) => Wave(options.Peak, options.Final, n, options.Steps);

    /// <summary>Half a wave from peak to final over a number of updates, then final.</summary>
    internal static double Wave(double peak, double final, long n, long steps) => n >= steps
        ? final
        : final + ((peak - final) * 0.5 * (1 + ExactMath.Cos(Math.PI * ((double)n / steps))));
}
