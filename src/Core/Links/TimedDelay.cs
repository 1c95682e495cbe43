using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Links;

/// <summary>
/// The delays of another model times a factor of the time at which a message is sent, and perhaps of its link.
/// </summary>
/// <param name="delay">The other model.</param>
public abstract class TimedDelay(LinkDelay delay) : ChangedDelay(delay)
{
    /// <summary>The factor of a message.</summary>
    /// <param name="message">The message, with its link and when it is sent.</param>
    protected abstract double Factor(in MessageContext message);

    /// <summary>The least factor of any time, at least 0.</summary>
    protected abstract double LeastFactor { get; }

    /// <inheritdoc/>
    public override VirtualTime Floor(int from, int to) => base.Floor(from, to).Times(LeastFactor);

    /// <inheritdoc/>
    public override VirtualTime FloorOverall => base.FloorOverall.Times(LeastFactor);

    /// <inheritdoc/>
    protected override VirtualTime Changed(VirtualTime usual, in MessageContext message) =>
        usual.Times(Factor(in message));
}
