namespace AsyncOpt.Reporting.Checkpoints;

/// <summary>What a checkpoint says of its run before the state of it.</summary>
public sealed record CheckpointHead
{
    /// <summary>What decides the run's results: it goes on only where that is the same.</summary>
    public required RunIdentity Run { get; init; }

    /// <summary>The virtual time, in ns: everything before it has happened, nothing at or after it.</summary>
    public long VirtualTime { get; init; }

    /// <summary>The virtual times, in ns, at which the run has gone on from a checkpoint so far.</summary>
    public IReadOnlyList<long> Resumed { get; init; } = [];

    /// <summary>Seconds on the wall that the run has taken so far.</summary>
    public double RunSeconds { get; init; }

    /// <summary>Seconds of these that went to metrics.</summary>
    public double EvaluationSeconds { get; init; }

    /// <summary>Seconds of these that went to computations.</summary>
    public double ComputationSeconds { get; init; }
}
