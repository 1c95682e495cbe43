using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Client.Remote;

/// <summary>How a silo makes runs.</summary>
sealed record RemoteSettings
{
    /// <summary>In virtual time, or live.</summary>
    public RunMode Mode { get; init; }

    /// <summary>Live mode: seconds on the wall for each second of the models' delays.</summary>
    public double TimeFactor { get; init; } = 1;

    /// <summary>Live mode: whether each agent's order of events is logged.</summary>
    public bool ReplayLog { get; init; }

    /// <summary>Virtual mode: virtual seconds between checkpoints; null for none.</summary>
    public double? CheckpointEvery { get; init; }

    /// <summary>
    /// How many runs go side by side where the user does not say: one live run, as others would take its processors
    /// and change its delays; of others few, as each may use all of them.
    /// </summary>
    public int SideBySide => Mode == RunMode.Live ? 1 : 4;
}
