using AsyncOpt.Core.Programs;

namespace AsyncOpt.Grains.Live.Agents;

/// <summary>A message between live agents. Only its receiver's host writes to it, and only when it came.</summary>
sealed class LiveMessage : LiveEvent
{
    /// <summary>The kind of a message that carries nothing but an acknowledgement.</summary>
    public const int Acknowledgement = -1;

    public required int Sender { get; init; }

    public required int Receiver { get; init; }

    /// <summary>The number of the message's kind, or the one above.</summary>
    public required int Kind { get; init; }

    /// <summary>Rank among what the sender ever sent, from 0; a copy made by a fault has its original's.</summary>
    public uint Number { get; init; }

    /// <summary>How often it was sent again.</summary>
    public int Tries { get; init; }

    /// <summary>Rank among what the link to the receiver carried, from 0: tells lost and repeated ones.</summary>
    public uint Rank { get; init; }

    /// <summary>How many ranks of the opposite link the sender has seen without a gap.</summary>
    public uint Acknowledged { get; init; }

    /// <summary>The epoch in which the sender came to life: a later one starts its ranks anew.</summary>
    public int Life { get; init; }

    /// <summary>The epoch of the run in which it was sent.</summary>
    public int Epoch { get; init; }

    /// <summary>Virtual ns of the handler that sent it.</summary>
    public long Sent { get; init; }

    public LiveVector? Vector { get; init; }

    public LiveVector? Vector1 { get; init; }

    public LiveVector? Vector2 { get; init; }

    public LiveVector? Vector3 { get; init; }

    public MessageBody Body { get; init; }

    /// <summary>The span of the turn that sent it, as a W3C <c>traceparent</c>; null where that has none.</summary>
    public string? Trace { get; init; }

    /// <summary>Virtual ns at which it came; not sent along.</summary>
    public long Arrived { get; set; }

    /// <summary>Whether the receiver's network card has passed it on; not sent along.</summary>
    public bool PassedCard { get; set; }

    /// <summary>The service it took, in ns; not sent along.</summary>
    public long Service { get; set; }
}
