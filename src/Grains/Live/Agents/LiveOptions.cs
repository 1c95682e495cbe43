using AsyncOpt.Simulation.Replay;

namespace AsyncOpt.Grains.Live.Agents;

/// <summary>What a host needs to take part in a live run.</summary>
sealed record LiveOptions
{
    /// <summary>The clock of the run, on this host.</summary>
    public required LiveClock Clock { get; init; }

    /// <summary>Threads that evaluate computations.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Where the order of events is written; null for nowhere.</summary>
    public ReplayLogWriter? Log { get; init; }

    /// <summary>
    /// Unacknowledged messages on one link beyond which the sender's next event waits for a while.
    /// </summary>
    public int OutstandingMax { get; init; } = 256;

    /// <summary>Which turns get a span; null for none.</summary>
    public TurnTracing? Tracing { get; init; }

    /// <summary>Where the run counts; null for nowhere.</summary>
    public LiveMetrics? Metrics { get; init; }
}
