namespace AsyncOpt.Simulation.Events;

enum EventType : byte
{
    /// <summary>A message arrives at its receiver's station.</summary>
    Message,

    /// <summary>
    /// A message arrives at the receiver's network card, which passes on one message after the other.
    /// </summary>
    AtReceiverCard,

    /// <summary>The service of a message ends.</summary>
    ServiceEnd,

    /// <summary>A computation is due.</summary>
    Computed,

    /// <summary>A timer goes off.</summary>
    Timer,

    /// <summary>A token arrives.</summary>
    Arrived,

    /// <summary>The agent goes down.</summary>
    Crash,

    /// <summary>The agent comes back.</summary>
    Restart,

    /// <summary>A shared network card of the agent may have passed a message.</summary>
    AtCard,

    /// <summary>A message or a token's move of the agent that was lost is sent again.</summary>
    Retry,
}
