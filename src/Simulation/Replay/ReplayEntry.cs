namespace AsyncOpt.Simulation.Replay;

/// <summary>One entry of an agent's log: an event, with every number that the host measured.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Now">The run's clock as the program saw it, in ns; 0 for a check.</param>
public readonly record struct ReplayEntry(ReplayKind Kind, long Now)
{
    /// <summary>A message's sender.</summary>
    public int Sender { get; init; }

    /// <summary>
    /// Which of its sender's messages a message was, counted from 0 as its program sent them, a token's moves included;
    /// a copy made by a fault has the same number. Rank of a computation or timer among the agent's.
    /// </summary>
    public uint Number { get; init; }

    /// <summary>How often a message was sent again before it came.</summary>
    public int Tries { get; init; }

    /// <summary>When a message arrived, in ns.</summary>
    public long Arrival { get; init; }

    /// <summary>How long a message was served, in ns.</summary>
    public long Service { get; init; }

    /// <summary>Where a token is now.</summary>
    public int Place { get; init; }

    /// <summary>Where a token came from.</summary>
    public int From { get; init; }

    /// <summary>Whether a token's move was lost.</summary>
    public bool Lost { get; init; }

    /// <summary>The state's hash of a check.</summary>
    public ulong Hash { get; init; }
}
