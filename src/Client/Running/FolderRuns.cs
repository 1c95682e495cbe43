using AsyncOpt.Core;
using AsyncOpt.Experiments;
using AsyncOpt.Reporting;
using AsyncOpt.Reporting.Checkpoints;

namespace AsyncOpt.Client.Running;

/// <summary>The runs of an experiment in their folder: those that are there, and those to be made.</summary>
/// <param name="folder">The folder.</param>
/// <param name="experiment">The experiment.</param>
/// <param name="runner">Makes runs.</param>
sealed class FolderRuns(ExperimentFolder folder, Experiment experiment, IJobRunner runner)
{
    /// <summary>Makes the folder one of this experiment alone.</summary>
    /// <param name="settings">Whether what is there is deleted, and whether another experiment's is refused.</param>
    /// <param name="say">Told what was moved, and why.</param>
    /// <param name="cancellation">Ends waiting for who makes the runs.</param>
    /// <exception cref="InputException">Another experiment's is there, and refused.</exception>
    public void Claim(RunSettings settings, Action<string> say, CancellationToken cancellation)
    {
        if (settings.Fresh)
        {
            runner.Reach(cancellation);
            folder.Clear();
            return;
        }
        var arms = experiment.Arms.ToDictionary(a => a.Name);
        RunIdentity? Planned(string arm, int repetition) =>
            arms.TryGetValue(arm, out var found) ? runner.Identity(experiment, found, repetition) : null;
        var foreign = folder.Foreign(Planned, runner.ReadsHere);
        var damaged = folder.Damaged().Where(d => foreign.All(f => f.Arm != d.Arm)).ToList();
        if (foreign.Count + damaged.Count == 0)
            return;
        if (settings.SameOnly && foreign is [var (other, difference), ..])
        {
            throw new InputException($"{folder.Path}: arm '{other}'{Others(foreign.Count)} "
                + $"{(foreign.Count == 1 ? "is" : "are")} of another experiment now ({difference}): put back what was "
                + "changed, or take the command 'run', which moves them aside");
        }
        runner.Reach(cancellation);
        var moved = folder.MoveAside(foreign.Select(f => f.Arm), damaged.Select(d => (d.Arm, d.Repetition)));
        if (foreign is [var (arm, reason), ..])
            say($"{folder.Path}: arm '{arm}'{Others(foreign.Count)} {(foreign.Count == 1 ? "was" : "were")} of another "
                + $"experiment ({reason}): moved to {moved}");
        if (damaged is [var first, ..])
            say($"{first.Damage}{Others(damaged.Count)}: moved to {moved}"
                + (damaged.Exists(d => d.Repetition < experiment.Seeds) ? ", and made anew" : ""));
    }

    static string Others(int count) => count == 1 ? "" : $" and {count - 1} more";

    /// <summary>Makes the runs that are not there yet.</summary>
    /// <param name="jobs">All runs.</param>
    /// <param name="batch">Makes those.</param>
    /// <param name="say">Told how many there are.</param>
    /// <returns>All runs, also those that were there.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled, and no run is there.</exception>
    public BatchResult Make(IReadOnlyList<Job> jobs, Batch batch, Action<string> say)
    {
        var there = jobs.Select(job => Finished(job) is { } run ? new Result(job, run.Record) : null).ToList();
        List<Job> left = [.. jobs.Where((_, k) => there[k] is null)];
        if (left.Count < jobs.Count)
            say(Counted.Part(
                jobs.Count - left.Count, jobs.Count, "run", "is there already and is not made again",
                "are there already and are not made again"));
        foreach (var job in jobs.Where((_, k) => there[k] is not null))
            new RunCheckpoints(job.Folder).Delete();
        if (left.Count(job => new RunCheckpoints(job.Folder).Any) is > 0 and var cut)
            say(Counted.Part(cut, jobs.Count, "run", "was interrupted, and goes on from a checkpoint",
                "were interrupted, and go on from checkpoints"));
        var lacking = jobs.Where((job, k) => there[k] is not null && runner.Lacks(job.Folder)).ToList();
        if (lacking.Count > 0)
            say($"{lacking.Count} of them {(lacking.Count == 1 ? "has" : "have")} no replay log, "
                + "which --replay-log asks for, such as "
                + $"{lacking[0].Folder}; --fresh makes all runs anew, with logs");
        var made = left.Count == 0 ? new BatchResult([], null) : batch.Run(left);
        var byFolder = made.Results.ToDictionary(r => r.Job.Folder);
        var all = new BatchResult(
            [.. jobs.Select((job, k) => there[k] ?? byFolder.GetValueOrDefault(job.Folder)).OfType<Result>()],
            made.Failure);
        if (all.Results.Count > 0)
            return all;
        all.Failure?.Throw();
        throw new OperationCanceledException();
    }

    /// <summary>A run that is there, whole, and as it would be made now; null where there is none.</summary>
    public StoredRun? Finished(Job job) => folder.Finished(
        job.Folder, runner.Identity(job.Experiment, job.Arm, job.Repetition), runner.ReadsHere);
}
