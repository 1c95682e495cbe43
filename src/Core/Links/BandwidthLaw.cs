using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Links;

/// <summary>Names a bandwidth law in experiment files.</summary>
/// <param name="name">The name, for instance <c>fair</c>.</param>
public sealed class BandwidthAttribute(string name) : EntryAttribute(name);

/// <summary>
/// How the messages that are at an agent's network card at the same time share its rate. Without a law, the card
/// passes one message after the other.
/// </summary>
/// <remarks>
/// A fluid model: message i of weight w_i passes at rate * w_i / sum_j w_j, over the messages j that pass at the time.
/// Cards are the agents' own, so windows are as long as without a law, and results are the same for any number of
/// partitions. A law is immutable, and its answers are functions of what it is asked.
/// </remarks>
[EntryKind("bandwidth laws")]
public abstract class BandwidthLaw
{
    /// <summary>The largest weight.</summary>
    public const int WeightMax = 1 << 16;

    /// <summary>
    /// How many messages pass a card at once, at least 1; those beyond wait in the order in which they came. Every
    /// message where it is <see cref="int.MaxValue"/>.
    /// </summary>
    public virtual int AtOnce => int.MaxValue;

    /// <summary>The weight of a message, 1 to <see cref="WeightMax"/>.</summary>
    /// <param name="transfer">The message, and the card that it comes to.</param>
    public virtual int Weight(in Transfer transfer) => 1;

    /// <summary>What messages to the user call it: its name in experiment files.</summary>
    public override string ToString() => EntryAttribute.NameOf(this);
}

/// <summary>A message that comes to a network card.</summary>
/// <param name="IsSending">Whether it is the sender's card, and not the receiver's.</param>
/// <param name="Sender">The number of the agent that sends it.</param>
/// <param name="Receiver">The number of the agent that gets it.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Bytes">Its bytes on the wire.</param>
public readonly record struct Transfer(bool IsSending, int Sender, int Receiver, MessageKind Kind, long Bytes);
