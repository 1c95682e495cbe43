using AsyncOpt.Core;
using AsyncOpt.Experiments;
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

    /// <summary>Refuses live runs that would be over before their agents can do anything.</summary>
    /// <param name="experiment">Whose runs.</param>
    /// <exception cref="InputException">The time factor is too small for an arm.</exception>
    public void Check(Experiment experiment)
    {
        foreach (var arm in experiment.Arms.Where(_ => Mode == RunMode.Live))
            if (RunRequest.TooFast(TimeFactor, arm.File.Stop.Time?.Seconds) is { } tooFast)
                throw new InputException($"{arm.Name}: --time-factor: {tooFast}");
    }
}
