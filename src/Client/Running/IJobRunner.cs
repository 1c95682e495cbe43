using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Reporting;

namespace AsyncOpt.Client.Running;

/// <summary>Makes the run of a job, wherever that is, and writes its folder. Called from several threads.</summary>
interface IJobRunner
{
    /// <summary>Makes the run.</summary>
    /// <param name="job">Which.</param>
    /// <param name="sideBySide">How many runs go at the same time.</param>
    /// <param name="progress">Shows it.</param>
    /// <param name="cancellation">Ends it where it stands; then it is recorded as cancelled.</param>
    /// <exception cref="OperationCanceledException">It was cancelled before there was anything to record.</exception>
    RunRecord Run(Job job, int sideBySide, IRunProgress progress, CancellationToken cancellation);

    /// <summary>
    /// Makes sure that runs can be made, before anything that is there gives way to them; what is wrong is thrown.
    /// </summary>
    void Reach(CancellationToken cancellation)
    {
    }

    /// <summary>What decides the results of a run that is to be made, as far as it is known here.</summary>
    RunIdentity Identity(Experiment experiment, Arm arm, int repetition);

    /// <summary>Whether it reads the files on this machine, so that their content is known.</summary>
    bool ReadsHere { get; }

    /// <summary>
    /// Whether a run that is there lacks files that are asked for, though its results are those asked for.
    /// </summary>
    /// <param name="folder">The run folder.</param>
    bool Lacks(string folder) => false;
}
