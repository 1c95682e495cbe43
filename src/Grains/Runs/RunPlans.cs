using AsyncOpt.Core.Runs;

namespace AsyncOpt.Grains.Runs;

/// <summary>The plans of runs on this silo, each built once.</summary>
sealed class RunPlans
{
    /// <summary>The plan of a run, with the request's partitions, threads and metrics applied.</summary>
    /// <param name="runId">The run; its grain is asked for the request where it is not known here.</param>
    /// <exception cref="Core.InputException">It cannot be built on this silo.</exception>
    public Task<RunPlan> Of(string runId) => throw new NotImplementedException(runId);

    /// <summary>Lets go of a run's plan: it is over, or no longer of this silo.</summary>
    public void Forget(string runId) => throw new NotImplementedException(runId);
}
