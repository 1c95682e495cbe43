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

    /// <summary>Live mode: whether each agent's order of events is logged, for a replay.</summary>
    public bool ReplayLog { get; init; }

    /// <summary>Virtual mode: virtual seconds between checkpoints, more than 0; null for none.</summary>
    public double? CheckpointEvery { get; init; }

    // Items of lists may be null whatever their type says.
    void IJsonOnDeserialized.OnDeserialized()
    {
        if (Inputs.Any(f => (InputFile?)f is null))
            throw new JsonException("inputs: expected files, got null");
    }
}
