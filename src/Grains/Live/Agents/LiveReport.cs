namespace AsyncOpt.Grains.Live.Agents;

/// <summary>
/// What a host knows of its agents at a moment. While agents are busy the numbers are of slightly different moments;
/// two equal reports with nothing pending are of a host at rest.
/// </summary>
public sealed record LiveReport
{
    /// <summary>The epoch in which was counted.</summary>
    public int Epoch { get; init; }

    /// <summary>Agents on the host.</summary>
    public int Agents { get; init; }

    /// <summary>Messages sent by its agents, copies and moves included, acknowledgements not.</summary>
    public long Sent { get; init; }

    /// <summary>Messages that came to its agents.</summary>
    public long Received { get; init; }

    /// <summary>Messages that faults dropped, or that came to an agent that was down.</summary>
    public long Lost { get; init; }

    /// <summary>Messages that came once more, and were dropped.</summary>
    public long Repeated { get; init; }

    /// <summary>Messages that could not be what their kind declares, and were dropped.</summary>
    public long Refused { get; init; }

    /// <summary>Timers set and not yet fired, and restarts still to come.</summary>
    public long Timers { get; init; }

    /// <summary>Computations requested and not yet completed.</summary>
    public long Computations { get; init; }

    /// <summary>Events that came and wait to be handled.</summary>
    public long Waiting { get; init; }

    /// <summary>Messages whose delay is not over.</summary>
    public long Delayed { get; init; }

    /// <summary>FIFO links: messages that wait for those sent before them.</summary>
    public long Early { get; init; }

    /// <summary>Events handled.</summary>
    public long Handled { get; init; }

    /// <summary>Whether an agent has ended the run.</summary>
    public bool IsStopped { get; init; }

    /// <summary>The first failure of a program, in one sentence; null for none.</summary>
    public string? Failure { get; init; }

    /// <summary>Whether anything is left to happen at the host, apart from messages that the transport has.</summary>
    public bool IsBusy => Timers + Computations + Waiting + Delayed > 0;

    /// <summary>The reports of all hosts together.</summary>
    public static LiveReport Sum(IReadOnlyList<LiveReport> reports) => new()
    {
        Epoch = reports.Max(r => r.Epoch),
        Agents = reports.Sum(r => r.Agents),
        Sent = reports.Sum(r => r.Sent),
        Received = reports.Sum(r => r.Received),
        Lost = reports.Sum(r => r.Lost),
        Repeated = reports.Sum(r => r.Repeated),
        Refused = reports.Sum(r => r.Refused),
        Timers = reports.Sum(r => r.Timers),
        Computations = reports.Sum(r => r.Computations),
        Waiting = reports.Sum(r => r.Waiting),
        Delayed = reports.Sum(r => r.Delayed),
        Early = reports.Sum(r => r.Early),
        Handled = reports.Sum(r => r.Handled),
        IsStopped = reports.Any(r => r.IsStopped),
        Failure = reports.Select(r => r.Failure).FirstOrDefault(f => f is not null),
    };
}
