using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Links;

/// <summary>A message, or a token's move, as link models and faults see it when it is sent.</summary>
public readonly struct MessageContext
{
    /// <summary>The virtual time at which it is sent.</summary>
    public VirtualTime Now { get; init; }

    /// <summary>The number of the agent that sends it; the token of a move.</summary>
    public int Sender { get; init; }

    /// <summary>The number of the agent that gets it; the token of a move.</summary>
    public int Receiver { get; init; }

    /// <summary>The sender's place, or the node that a token leaves; -1 for a server.</summary>
    public int From { get; init; }

    /// <summary>The receiver's place, or the node that a token moves to; -1 for a server.</summary>
    public int To { get; init; }

    /// <summary>Its kind; null for a move.</summary>
    public MessageKind? Kind { get; init; }

    /// <summary>Bytes on the wire.</summary>
    public long Bytes { get; init; }

    /// <summary>
    /// Its rank among the messages of its link, or among the moves of its token, from 0. Ranks of moves, and those on a
    /// complete graph of more than 256 nodes, have gaps unless the rule counts per link.
    /// </summary>
    public long Sequence { get; init; }

    /// <summary>The agents of the run, by role; null where a rule is asked outside of a run.</summary>
    public Layout? Layout { get; init; }

    /// <summary>The name of the sender's role; none outside of a run.</summary>
    public string? SenderRole => Layout?.RoleOf(Sender).Name;

    /// <summary>The name of the receiver's role; none outside of a run.</summary>
    public string? ReceiverRole => Layout?.RoleOf(Receiver).Name;
}
