using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Links;

/// <summary>The delays of another model, each changed by when and over which link its message goes.</summary>
/// <param name="delay">The other model.</param>
public abstract class ChangedDelay(LinkDelay delay) : LinkDelay
{
    /// <summary>What a message takes.</summary>
    /// <param name="usual">What it takes by the other model.</param>
    /// <param name="message">The message, with its link and when it is sent.</param>
    /// <returns>At least the floor of its link.</returns>
    protected abstract VirtualTime Changed(VirtualTime usual, in MessageContext message);

    /// <inheritdoc/>
    public override void Build(LinkContext context) => delay.Build(context);

    /// <inheritdoc/>
    public override VirtualTime Floor(int from, int to) => delay.Floor(from, to);

    /// <inheritdoc/>
    public override VirtualTime FloorOverall => delay.FloorOverall;

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
        return Changed(usual, in message);
    }
}
