using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Links;

/// <summary>
/// The delays of another model, lengthened so that messages arrive at whole multiples of a tick: time slots, or
/// receivers that look at what came in equal intervals.
/// </summary>
/// <remarks>
/// A message that would arrive at a tick is not held; one without a delay takes at least a nanosecond first. Of
/// others, those that are spread evenly over time wait half a tick on average, with variance tick^2 / 12. The time
/// that a message takes at cards, and what faults hold it for, come on top of that.
/// </remarks>
/// <param name="options">The other model and the tick.</param>
[Link("quantized")]
public sealed class QuantizedDelay(QuantizedDelay.Options options) : ChangedDelay(options.Delay)
{
    /// <summary>Options of <see cref="QuantizedDelay"/>.</summary>
    public sealed record Options
    {
        /// <summary>The delays that are lengthened.</summary>
        public required LinkDelay Delay { get; init; }

        /// <summary>The time from one arrival to the next.</summary>
        [Range(1e-9, 2e9)]
        public required VirtualTime Tick { get; init; }
    }

    /// <inheritdoc/>
    protected override VirtualTime Changed(VirtualTime usual, in MessageContext message)
    {
        var tick = options.Tick.Nanoseconds;
        // Every message takes at least 1 ns.
        var delay = Math.Max(1, usual.Nanoseconds);
        var after = (message.Now.Nanoseconds + delay) % tick;
        return new(after == 0 ? delay : delay + tick - after);
    }
}
