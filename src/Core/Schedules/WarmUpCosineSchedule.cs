using System.ComponentModel.DataAnnotations;

namespace AsyncOpt.Core.Schedules;

/// <summary>
/// A linear warm-up, then half a wave of a cosine: peak n / warm-up for n below warm-up; from there on
/// final + (peak - final) (1 + cos(pi min(1, (n - warm-up) / (steps - warm-up)))) / 2.
/// </summary>
/// <remarks>
/// Unlike <see cref="WarmUpSchedule"/> before <see cref="CosineSchedule"/>, the wave begins where the warm-up ends.
/// With a final step above 0 training goes on beyond the last planned step. With a warm-up the first step is 0.
/// </remarks>
/// <param name="options">Peak, final, lengths.</param>
[Schedule("warm-up-cosine", Source = "Liu et al., arXiv 2401.09135, eq. 3")]
public sealed class WarmUpCosineSchedule(WarmUpCosineSchedule.Options options) : StepSchedule
{
    /// <summary>Options of <see cref="WarmUpCosineSchedule"/>.</summary>
    public sealed record Options
    {
        /// <summary>The largest step size.</summary>
        [Range(0, 1e6)]
        public required double Peak { get; init; }

        /// <summary>The last step size.</summary>
        [Range(0, 1e6)]
        public double Final { get; init; }

        /// <summary>The number of updates until the peak.</summary>
        [Range(0L, 1L << 48)]
        public long WarmUp { get; init; }

        /// <summary>The number of updates until the last step size, the warm-up included.</summary>
        [Range(1L, 1L << 48)]
        public required long Steps { get; init; }
    }

    /// <inheritdoc/>
    public override double At(long n) => n < options.WarmUp
        ? options.Peak * ((double)n / options.WarmUp)
        : CosineSchedule.Wave(options.Peak, options.Final, n - options.WarmUp, options.Steps - options.WarmUp);
}
