using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Links;

/// <summary>
/// The delays of another model times a factor of the time at which a message is sent, and perhaps of its link.
/// </summary>
/// <param name="delay">The other model.</param>
public abstract class TimedDelay(LinkDelay delay) : LinkDelay
{
    /// <summary>The factor of a message.</summary>
    /// <param name="message">The message, with its link and when it is sent.</param>
    protected abstract double Factor(in MessageContext message);

    /// <summary>The least factor of any time, at least 0.</summary>
    protected abstract double LeastFactor { get; }

    /// <inheritdoc/>
    public override void Build(LinkContext context) => delay.Build(context);

    /// <inheritdoc/>
    public override VirtualTime Floor(int from, int to) => delay.Floor(from, to).Times(LeastFactor);

    /// <inheritdoc/>
    public override VirtualTime FloorOverall => delay.FloorOverall.Times(LeastFactor);

    /// <inheritdoc/>
    public override bool IsUniform => delay.IsUniform;

    /// <inheritdoc/>
    public override bool IsRandom => true;

    /// <inheritdoc/>
    public override bool SeesMessages => true;

    /// <inheritdoc/>
    public override bool CountsPerLink => delay.CountsPerLink;

    /// <inheritdoc/>
    public override VirtualTime Sample(int from, int to, in Draw draw) =>
        delay.IsRandom ? delay.Sample(from, to, in draw) : delay.Floor(from, to);

    /// <inheritdoc/>
    public override VirtualTime Sample(in MessageContext message, in Draw draw)
    {
        var usual = delay.SeesMessages
            ? delay.Sample(in message, in draw)
            : Sample(message.From, message.To, in draw);
        return usual.Times(Factor(in message));
    }
}
