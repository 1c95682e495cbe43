namespace AsyncOpt.Reporting.Gateway;

/// <summary>Where a run on a cluster stands.</summary>
public enum RunState
{
    /// <summary>Accepted; not begun.</summary>
    Queued,

    /// <summary>Its data, graph and problem are being built, its parts placed.</summary>
    Starting,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>It ended by its own rules; folder and record are there.</summary>
    Ended,

    /// <summary>The user cancelled it; folder and record are there if it had begun to run.</summary>
    Cancelled,

    /// <summary>It could not be run to its end; the reason says why.</summary>
    Failed,
}
