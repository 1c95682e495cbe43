using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Links;

/// <summary>
/// The delays of another model, times 1 + amplitude sin(2 pi (t - shift) / period), with t the time at which a message
/// is sent: busy hours and quiet ones.
/// </summary>
/// <remarks>
/// Over whole periods the mean delay of messages that are sent evenly is that of the other model, and the mean of its
/// square is 1 + amplitude^2 / 2 times as large.
/// </remarks>
/// <param name="options">The other model and the wave.</param>
[Link("diurnal")]
public sealed class DiurnalDelay(DiurnalDelay.Options options) : TimedDelay(options.Delay)
{
    /// <summary>Options of <see cref="DiurnalDelay"/>.</summary>
    public sealed record Options
    {
        /// <summary>The delays that are multiplied.</summary>
        public required LinkDelay Delay { get; init; }

        /// <summary>The share by which the factor leaves 1 in both directions.</summary>
        [Range(0, 1.0)]
        public required double Amplitude { get; init; }

        /// <summary>The time from one busiest moment to the next.</summary>
        [Range(1e-9, 2e9)]
        public required VirtualTime Period { get; init; }

        /// <summary>The time at which the factor is 1 and begins to grow.</summary>
        [Range(0, 2e9)]
        public VirtualTime Shift { get; init; }
    }

    /// <inheritdoc/>
    protected override double LeastFactor => 1 - options.Amplitude;

    /// <inheritdoc/>
    protected override double Factor(in MessageContext message)
    {
        var now = message.Now;
        var period = options.Period.Nanoseconds;
        var phase = (now.Nanoseconds - (options.Shift.Nanoseconds % period) + period) % period;
        ExactMath.SinCosTurns((double)phase / period, out var sin, out _);
        // The sine may leave [-1, 1] by a rounding.
        return Math.Max(LeastFactor, 1 + (options.Amplitude * sin));
    }
}
