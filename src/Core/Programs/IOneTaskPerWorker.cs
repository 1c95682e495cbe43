using AsyncOpt.Core.Diagnostics;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Programs;

/// <summary>What a worker does between a model and its answer.</summary>
/// <param name="Steps">Steps of local training; 1 for a gradient.</param>
/// <param name="Samples">Samples over all steps, of different tasks the mean.</param>
public readonly record struct WorkerTask(int Steps, double Samples);

/// <summary>
/// A method whose server keeps one task at each worker: it takes in an answer when it comes, and sends the next task at
/// once. Then staleness can be told before a run (<see cref="Theory.StalenessTheory"/>).
/// </summary>
public interface IOneTaskPerWorker
{
    /// <summary>The task of each worker.</summary>
    /// <param name="plan">The run.</param>
    IReadOnlyList<WorkerTask> Tasks(RunPlan plan);

    /// <summary>Answers for each change of the model: 1, or the size of a buffer.</summary>
    /// <param name="workers">How many workers there are.</param>
    int UpdatesPerChange(int workers);

    /// <summary>What must be so, beside what is asked of links and faults, for staleness to be as foretold.</summary>
    /// <param name="plan">The run.</param>
    IEnumerable<Condition> TaskConditions(RunPlan plan);
}
