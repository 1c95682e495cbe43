using System.CommandLine;
using System.Runtime.ExceptionServices;
using AsyncOpt.Client.Display;
using AsyncOpt.Client.Running;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Reporting;

namespace AsyncOpt.Client.Commands;

/// <summary>
/// <c>sweep FILE</c>: every combination of the file's grid with every seed, and for each arm the best by the file's
/// criterion. Comparing methods that were not tuned alike means nothing.
/// </summary>
static class SweepCommand
{
    public static Command Create(Session session)
    {
        var command = new Command("sweep", "Tries a grid of values, and finds the best of each arm by a criterion.");
        var options = new ExperimentOptions(command);
        var running = new RunningOptions(command);
        command.SetAction(parsed =>
        {
            var experiment = options.Load(parsed, session, sweep: true, device: running.Device);
            var output = running.Output(parsed, experiment.Name + "-sweep");
            var settings = running.Settings(parsed);
            using var interruption = running.Interruption(parsed, session);
            return Run(
                session, experiment, (output, ResumeFile.Of(settings, parsed, options)), settings,
                running.View(parsed, session), interruption);
        });
        return command;
    }

    static int Run(
        Session session, Experiment experiment, (string Output, ResumeFile? Resume) place, RunSettings settings,
        IProgressView view, Interruption interruption)
    {
        var (wallTime, terminal) = (new WallTimeText(session, experiment), session.Terminal);
        var (output, resume) = place;
        using var folder = ExperimentFolder.Open(output);
        var runner = new EmbeddedJobs(session.Services.Runner, settings, interruption);
        var runs = new FolderRuns(folder, experiment, runner);
        runs.Claim(settings, terminal.Error.WriteLine, session.Cancellation);
        resume?.Write(output);
        var jobs = Batch.JobsOf(experiment, output);
        var (results, failure) = runs.Make(
            jobs, new Batch(runner, settings.Jobs, view, interruption.Token), terminal.Line);

        var whole = results.Where(r => r.Record.Outcome != Outcome.Cancelled).ToList();
        var missing = jobs.Except(whole.Select(r => r.Job)).ToList();
        var tables = new SweepTables(experiment.Sweep!, ScaleOf(experiment.Sweep!.Best, results));
        var tuned = tables.Tuned(whole, missing.Count == 0);
        var (points, legend) = tables.Points(tuned, terminal.Width);
        terminal.Console.Write(points);
        foreach (var line in legend)
            terminal.Line(line);
        if (tuned.Exists(t => t.Condition.Count > 0))
            terminal.Console.Write(tables.Matrix(tuned));
        foreach (var arm in tuned.Where(t => t.Best is not null))
            terminal.Line($"best: {experiment.Sweep!.Describe(arm.Best!)}");
        foreach (var arm in tuned.Where(t => t.Best is null && missing.Count == 0))
            terminal.Error.WriteLine($"{Name(arm)}: every point of the grid failed, or never reached the target");
        if (missing.Count > 0)
            terminal.Error.WriteLine("no best is named: "
                + Counted.Part(missing.Count, jobs.Count, "run", "is missing", "are missing")
                + $" ({Labels(missing)}); the same command makes {(missing.Count == 1 ? "it" : "them")}");

        var paths = new List<string>();
        try
        {
            var path = Path.Combine(output, SummaryTables.SweepFile);
            AtomicFile.Write(path, to => tables.Write(to, results, tuned));
            paths = [path, Messages.Runs(output, results)];
        }
        catch (StorageException e)
        {
            failure ??= ExceptionDispatchInfo.Capture(e);   // what the runs came to was shown all the same
        }
        // A point of the grid that diverges is a result, not a failure; no point that does not is one.
        var code = Messages.Close(
            terminal, results, jobs.Count, output, paths, wallTime.Of(runner), resume is not null);
        failure?.Throw();
        if (missing.Count > 0 || code == ExitCode.NotAsExpected)
            return code;
        return tuned.TrueForAll(t => t.Best is not null) ? ExitCode.Ok : ExitCode.Failed;
    }

    static Scale ScaleOf(BestOptions best, IReadOnlyList<Result> results) =>
        best.At == BestAt.TimeToTarget ? Scale.Log : results[0].Record.ScaleOf(best.Metric);

    static string Name(TunedArm tuned) =>
        tuned.Condition.Count == 0 ? tuned.Arm : $"{tuned.Arm}, {GridValue.Line(tuned.Condition)}";

    static string Labels(List<Job> jobs) => string.Join("; ", jobs.Take(3).Select(j => j.Label))
        + (jobs.Count > 3 ? $"; and {jobs.Count - 3} more" : "");
}
