using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Grains.Runs;

/// <summary>How a mode runs a plan: one implementation for each mode, found among the services.</summary>
interface IRunExecutor
{
    /// <summary>The mode.</summary>
    RunMode Mode { get; }

    /// <summary>Runs a plan. Called once for each attempt, on a thread of its own that it may block.</summary>
    /// <param name="context">What to run.</param>
    /// <param name="progress">Called at sampling instants, by any thread; returns at once.</param>
    /// <param name="cancellation">
    /// Set when the user cancels the run, or when the silo stops: the executor ends soon, with what it has so far as a
    /// record of outcome <see cref="Outcome.Cancelled"/>, or by throwing <see cref="OperationCanceledException"/>.
    /// Where the silo stops, the result is dropped, and another silo begins the next attempt.
    /// </param>
    /// <exception cref="Core.InputException">The plan cannot be run; the message becomes the run's reason.</exception>
    Task<RunResult> Run(RunContext context, Action<RunProgress> progress, CancellationToken cancellation);
}

/// <summary>What an executor gets.</summary>
/// <param name="RunId">The run's name on the cluster.</param>
/// <param name="Request">What was asked for.</param>
/// <param name="Plan">The plan, of this silo, with the request's partitions, threads and metrics applied.</param>
/// <param name="Attempt">0 at first; more after a silo was lost or stopped: go on from the last checkpoint.</param>
/// <param name="Store">What was kept of the run, checkpoints for instance, and where to keep more.</param>
sealed record RunContext(string RunId, RunRequest Request, RunPlan Plan, int Attempt, IRunStore Store);

/// <summary>What an executor gives back.</summary>
/// <param name="Record">What the run reported.</param>
/// <param name="Attachments">Further files of the run folder, replay logs for instance.</param>
sealed record RunResult(RunRecord Record, IReadOnlyList<(string File, byte[] Bytes)> Attachments);
