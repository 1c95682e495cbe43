using System.Text.Json;
using System.Text.Json.Serialization;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Reporting.Gateway;

/// <summary>What a cluster is asked to run: one arm with one seed.</summary>
public sealed record RunRequest : IJsonOnDeserialized
{
    /// <summary>The experiment's name.</summary>
    public required string Name { get; init; }

    /// <summary>The arm's name.</summary>
    public required string Arm { get; init; }

    /// <summary>Which repetition of the arm this is, 0, 1, ...; its seeds stand in the specification.</summary>
    public int Repetition { get; init; }

    /// <summary>
    /// The text of an experiment file with this arm alone, every default filled in and the seeds of this repetition:
    /// JSON, which is YAML too. Data are named as the cluster's data folder knows them, or as <see cref="Inputs"/> do.
    /// </summary>
    public required string Specification { get; init; }

    /// <summary>
    /// Files of the user's own that the specification names: under each name the content with that checksum, which is
    /// sent before, unless the cluster has it.
    /// </summary>
    public IReadOnlyList<InputFile> Inputs { get; init; } = [];

    /// <summary>How the cluster runs it.</summary>
    public RunMode Mode { get; init; }

    /// <summary>Virtual mode: the number of partitions, at least 1; null lets the cluster choose.</summary>
    public int? Partitions { get; init; }

    /// <summary>Threads on each silo that evaluate computations, at least 1; null lets the silo choose.</summary>
    public int? Threads { get; init; }

    /// <summary>Whether metrics are evaluated.</summary>
    public bool Metrics { get; init; } = true;

    /// <summary>
    /// Live mode: seconds on the wall for each second of the models' delays, at least 0; 0 is as fast as it goes.
    /// </summary>
    public double TimeFactor { get; init; } = 1;

    /// <summary>Why a live run would be over before its agents can do anything; null where it would not.</summary>
    /// <param name="timeFactor">Seconds on the wall for each virtual second, at least 0.</param>
    /// <param name="stopTime">The virtual seconds after which the run ends; null where none end it.</param>
    public static string? TooFast(double timeFactor, double? stopTime) =>
        timeFactor > 0 && stopTime > 0 && timeFactor * stopTime < WallSecondsMin
            ? FormattableString.Invariant($"with {timeFactor}, stop.time of {stopTime} s would be over after ")
                + FormattableString.Invariant($"{timeFactor * stopTime:0.###e0} s on the wall, and timers tick every ")
                + FormattableString.Invariant($"1 ms; expected at least {WallSecondsMin / stopTime:0.###e0}, ")
                + "or 0 for as fast as it goes"
            : null;

    /// <summary>Live mode: whether each agent's order of events is logged, for a replay.</summary>
    public bool ReplayLog { get; init; }

    /// <summary>Virtual mode: virtual seconds between checkpoints, more than 0; null for none.</summary>
    public double? CheckpointEvery { get; init; }

    /// <summary>
    /// Names the submission: where the cluster has a run with this key, it is that run, and no other is begun. So a
    /// submission may be sent again whose answer was lost. At most 100 characters; null for none.
    /// </summary>
    public string? Key { get; init; }

    // Ten ticks of the wheel that delays and timers wait on.
    const double WallSecondsMin = 0.01;

    // Items of lists may be null whatever their type says.
    void IJsonOnDeserialized.OnDeserialized()
    {
        if (Inputs.Any(f => (InputFile?)f is null))
            throw new JsonException("inputs: expected files, got null");
    }
}
