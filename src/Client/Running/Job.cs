using System.Runtime.ExceptionServices;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;

namespace AsyncOpt.Client.Running;

/// <summary>One run among those of an experiment.</summary>
/// <param name="Experiment">The experiment.</param>
/// <param name="Arm">The arm.</param>
/// <param name="Repetition">Rank of the repetition, 0, 1, ....</param>
/// <param name="Folder">The run folder to write.</param>
sealed record Job(Experiment Experiment, Arm Arm, int Repetition, string Folder)
{
    /// <summary>What progress calls it.</summary>
    public string Label { get; init; } = Experiment.Seeds > 1 ? $"{Arm.Name} seed-{Repetition}" : Arm.Name;
}

/// <summary>What a run came to.</summary>
/// <param name="Job">Which run.</param>
/// <param name="Record">
/// What it reported, without the model, the timeline and the log of updates: those are in its folder.
/// </param>
sealed record Result(Job Job, RunRecord Record);

/// <summary>What many runs came to.</summary>
/// <param name="Results">Those that there are, in the order of the jobs.</param>
/// <param name="Failure">What kept another one from being made; null for nothing.</param>
sealed record BatchResult(IReadOnlyList<Result> Results, ExceptionDispatchInfo? Failure);

/// <summary>How runs are made.</summary>
sealed record RunSettings
{
    /// <summary>How many runs go side by side; null for as many as there are processors.</summary>
    public int? Jobs { get; init; }

    /// <summary>Forces the number of partitions.</summary>
    public int? Partitions { get; init; }

    /// <summary>Threads that evaluate batches, per run; null shares the processors out.</summary>
    public int? Threads { get; init; }

    /// <summary>Where computations are evaluated, instead of the file's choice.</summary>
    public DeviceChoice? Device { get; init; }

    /// <summary>Whether metrics are evaluated.</summary>
    public bool Metrics { get; init; } = true;

    /// <summary>Whether runs that are there already are made again.</summary>
    public bool Fresh { get; init; }

    /// <summary>Whether runs of another experiment in the folder are refused, instead of moved aside.</summary>
    public bool SameOnly { get; init; }

    /// <summary>When checkpoints are taken; null for never.</summary>
    public CheckpointSettings? Checkpoints { get; init; }
}
