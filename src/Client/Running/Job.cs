using AsyncOpt.Core.Runs;

namespace AsyncOpt.Client.Running;

/// <summary>One run among those of an experiment.</summary>
/// <param name="Experiment">The experiment.</param>
/// <param name="Arm">Rank of the arm.</param>
/// <param name="Repetition">Rank of the repetition, 0, 1, ....</param>
/// <param name="Folder">The run folder to write; null for none.</param>
sealed record Job(IExperiment Experiment, int Arm, int Repetition, string? Folder)
{
    /// <summary>The arm's name.</summary>
    public string ArmName => Experiment.Arms[Arm];

    /// <summary>What progress calls it.</summary>
    public string Label { get; init; } =
        Experiment.Seeds > 1 ? $"{Experiment.Arms[Arm]} seed-{Repetition}" : Experiment.Arms[Arm];
}

/// <summary>What a run came to.</summary>
/// <param name="Job">Which run.</param>
/// <param name="Record">
/// What it reported, without the model, the timeline and the log of updates: those are in its folder.
/// </param>
/// <param name="Warnings">Warnings from before and during the run.</param>
/// <param name="Target">The target it had, if any.</param>
sealed record Result(Job Job, RunRecord Record, IReadOnlyList<string> Warnings, MetricTarget? Target);

/// <summary>How runs are made.</summary>
sealed record RunSettings
{
    /// <summary>How many runs go side by side; null for as many as there are processors.</summary>
    public int? Jobs { get; init; }

    /// <summary>Forces the number of partitions.</summary>
    public int? Partitions { get; init; }

    /// <summary>Threads that evaluate batches, per run; null shares the processors out.</summary>
    public int? Threads { get; init; }

    /// <summary>Whether metrics are evaluated.</summary>
    public bool Metrics { get; init; } = true;
}
