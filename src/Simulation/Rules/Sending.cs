using AsyncOpt.Core.Links;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Rules;

/// <summary>A message, or a token's move, at the moment of its sending.</summary>
/// <param name="Now">When it is sent, in ns.</param>
/// <param name="Sender">Who sends it; the token of a move.</param>
/// <param name="Receiver">Who gets it; the token of a move.</param>
/// <param name="Sequence">Its rank among what the sender ever sent.</param>
/// <param name="Kind">Its kind; null for a move.</param>
/// <param name="Bytes">Its size.</param>
readonly record struct Sending(long Now, int Sender, int Receiver, uint Sequence, MessageKind? Kind, long Bytes)
{
    /// <summary>The message as rules see it.</summary>
    /// <param name="route">Its route.</param>
    /// <param name="rank">Its rank, as the rule counts.</param>
    /// <param name="layout">The agents of the run.</param>
    public MessageContext On(in Route route, long rank, Layout layout) => new()
    {
        Now = new(Now),
        Sender = Sender,
        Receiver = Receiver,
        From = route.From,
        To = route.To,
        Kind = Kind,
        Bytes = Bytes,
        Sequence = rank,
        Layout = layout,
    };
}
