using System.ComponentModel.DataAnnotations;

namespace AsyncOpt.Core.Schedules;

/// <summary>
/// Grows linearly into another schedule: for n below steps, after(n) times fraction + (1 - fraction) n / steps; from
/// there on the other schedule, which counts from the beginning of the run.
/// </summary>
/// <param name="options">The schedule and how to grow into it.</param>
[Schedule("warm-up", Source = "Goyal et al., arXiv 1706.02677, section 2.2")]
public sealed class WarmUpSchedule(WarmUpSchedule.Options options) : StepSchedule
{
    /// <summary>Options of <see cref="WarmUpSchedule"/>.</summary>
    public sealed record Options
    {
        /// <summary>The schedule that is grown into.</summary>
        public required StepSchedule After { get; init; }

        /// <summary>The number of updates it takes.</summary>
        [Range(1L, 1L << 48)]
        public required long Steps { get; init; }

        /// <summary>The share of the other schedule's step that the first update takes.</summary>
        [Range(0, 1.0)]
        public double Fraction { get; init; }
    }

    /// <inheritdoc/>
    public override double At(long n)
    {
        var step = options.After.At(n);
        return n >= options.Steps
            ? step
            : step * (options.Fraction + ((1 - options.Fraction) * ((double)n / options.Steps)));
    }
}
