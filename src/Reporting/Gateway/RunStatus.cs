using AsyncOpt.Core.Runs;

namespace AsyncOpt.Reporting.Gateway;

/// <summary>What a cluster says of a run.</summary>
public sealed record RunStatus
{
    /// <summary>The run's name on the cluster.</summary>
    public required string Id { get; init; }

    /// <summary>The experiment's name.</summary>
    public required string Name { get; init; }

    /// <summary>The arm's name.</summary>
    public required string Arm { get; init; }

    /// <summary>Which repetition of the arm, from 0.</summary>
    public required int Repetition { get; init; }

    /// <summary>How it is run.</summary>
    public required RunMode Mode { get; init; }

    /// <summary>Where it stands.</summary>
    public required RunState State { get; init; }

    /// <summary>One sentence: why it ended, was cancelled or failed; null until then.</summary>
    public string? Reason { get; init; }

    /// <summary>How it ended; null until then, and where it has no record.</summary>
    public Outcome? Outcome { get; init; }

    /// <summary>The hash of the run, 16 hexadecimal digits; null until it ended.</summary>
    public string? Hash { get; init; }

    /// <summary>Whether folder and record can be fetched.</summary>
    public bool HasRecord { get; init; }

    /// <summary>When it was submitted.</summary>
    public required DateTimeOffset Submitted { get; init; }

    /// <summary>When it was first begun; null before.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When it ended; null before.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>How often it was begun: more than once where silos were lost or stopped under it.</summary>
    public int Attempts { get; init; }

    /// <summary>The latest progress; null before the first sampling instant.</summary>
    public RunProgress? Last { get; init; }

    /// <summary>A run that waits to be begun.</summary>
    /// <param name="id">Its name on the cluster.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="now">When.</param>
    public static RunStatus Queued(string id, RunRequest request, DateTimeOffset now) => new()
    {
        Id = id,
        Name = request.Name,
        Arm = request.Arm,
        Repetition = request.Repetition,
        Mode = request.Mode,
        State = RunState.Queued,
        Submitted = now,
    };

    /// <summary>Whether nothing more will happen to it.</summary>
    public bool IsOver => State is RunState.Ended or RunState.Cancelled or RunState.Failed;
}
