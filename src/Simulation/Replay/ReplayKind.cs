namespace AsyncOpt.Simulation.Replay;

/// <summary>What an agent handled.</summary>
public enum ReplayKind : byte
{
    /// <summary>The agent started.</summary>
    Start,

    /// <summary>A message.</summary>
    Message,

    /// <summary>The end of a computation, reductions included.</summary>
    Computed,

    /// <summary>A timer.</summary>
    Timer,

    /// <summary>The end of a token's move.</summary>
    Arrived,

    /// <summary>The agent went down.</summary>
    Crash,

    /// <summary>The agent came back.</summary>
    Restart,

    /// <summary>No event: the hash of the agent's state at this point.</summary>
    Check,

    /// <summary>A message that was lost and sent again: in a log only, entries that are read say message.</summary>
    Retried,

    /// <summary>
    /// The agent came back without its state: in a log only, entries that are read say that it came back.
    /// </summary>
    StateLost,
}
