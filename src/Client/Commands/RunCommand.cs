using System.CommandLine;
using System.Runtime.ExceptionServices;
using AsyncOpt.Client.Display;
using AsyncOpt.Client.Remote;
using AsyncOpt.Client.Running;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Reporting;

namespace AsyncOpt.Client.Commands;

/// <summary>
/// <c>run FILE</c>: every repetition of every arm, in this process or on a silo; a closing table, run folders.
/// </summary>
static class RunCommand
{
    public static Command Create(Session session)
    {
        var command = new Command("run", "Runs every arm of an experiment with every seed.");
        var options = new ExperimentOptions(command);
        var running = new RunningOptions(command);
        var partitions = RunningOptions.Partitions();
        var noMetrics = new Option<bool>("--no-metrics") { Description = "Evaluate no metrics; same hash." };
        command.Options.Add(partitions);
        command.Options.Add(noMetrics);
        var remote = new RemoteOptions(command, options, running, partitions);
        command.SetAction(parsed =>
        {
            // Silos read data and evaluate: they say what is wrong with that.
            var isRemote = remote.IsRemote(parsed);
            var experiment = options.Load(
                parsed, session, build: !isRemote, device: isRemote ? null : running.Device);
            var settings = running.Settings(parsed) with
            {
                Partitions = parsed.GetValue(partitions),
                Metrics = !parsed.GetValue(noMetrics),
            };
            var output = running.Output(parsed, experiment.Name);
            var view = running.View(parsed, session);
            var place = (options.File(parsed), output, settings);
            if (!isRemote)
            {
                using var interruption = running.Interruption(parsed, session);
                var here = new EmbeddedJobs(session.Services.Runner, settings, interruption);
                return Run(
                    session, experiment, place, here, new Batch(here, settings.Jobs, view, interruption.Token),
                    ResumeFile.Of(settings, parsed, options));
            }
            var how = remote.Settings(parsed);
            how.Check(experiment);
            using var gateway = remote.Gateway(parsed, session, options);
            var there = new RemoteJobs(gateway, settings, how, options.Files(parsed));
            return Run(
                session, experiment, place, there,
                new Batch(there, settings.Jobs ?? how.SideBySide, view, session.Cancellation));
        });
        return command;
    }

    static int Run(
        Session session, Experiment experiment, (string File, string Output, RunSettings Settings) place,
        IJobRunner runner, Batch batch, ResumeFile? resume = null)
    {
        var (terminal, (file, output, settings)) = (session.Terminal, place);
        var wallTime = new WallTimeText(session, experiment);
        using var folder = ExperimentFolder.Open(output);
        var runs = new FolderRuns(folder, experiment, runner);
        runs.Claim(settings, terminal.Error.WriteLine, session.Cancellation);
        resume?.Write(output);
        if (experiment.IsOfChangedManifest)
            terminal.Error.WriteLine($"warning: {file} was changed since the run that it is of");
        Messages.Warnings(terminal, experiment.Arms);
        var jobs = Batch.JobsOf(experiment, output);
        var (results, failure) = runs.Make(jobs, batch, terminal.Line);
        var arms = results.GroupBy(r => r.Job.Arm).ToList();
        List<ArmSummary> summaries = [.. arms.Select(a => Summary.Of(a.Key.Name, Counting(a)))];
        IReadOnlyList<string> tables = [];
        try
        {
            tables =
            [
                .. SummaryTables.Write(output, summaries, [.. arms.Select(a => Summary.Bands(Counting(a)))]),
                Messages.Runs(output, results),
            ];
        }
        catch (StorageException e)
        {
            failure ??= ExceptionDispatchInfo.Capture(e);   // what the runs came to is shown all the same
        }

        var target = arms.Select(a => a.Key.File.Stop.Rules(a.First().Record.IsBetterAbove).Target)
            .FirstOrDefault(t => t is not null);
        terminal.Console.Write(ClosingTables.Results(summaries, target, terminal.Width));
        if (ClosingTables.LeftOut(summaries, target, terminal.Width) is { } leftOut)
            terminal.Line(leftOut);
        var open = experiment.Arms.ToDictionary(a => a.Name, a => a.OpenConditions);
        if (ClosingTables.Predictions(summaries, open) is { } predictions)
            terminal.Console.Write(predictions);
        Messages.Conditions(terminal, experiment.Arms);
        terminal.Console.Write(ClosingTables.Traffic(summaries));
        if (ClosingTables.Waste(summaries) is { } waste)
            terminal.Console.Write(waste);
        Messages.Warnings(terminal, results);
        var code = Messages.Close(
            terminal, results, jobs.Count, output, tables, wallTime.Of(runner as EmbeddedJobs), resume is not null);
        failure?.Throw();
        return experiment.Repeats is { } run && results is [var again]
            ? Repeated(terminal, file, run, again, code)
            : code;
    }

    // A run that was cut off is no repetition like the others, unless there are no others.
    static List<RunRecord> Counting(IEnumerable<Result> arm)
    {
        List<RunRecord> all = [.. arm.Select(r => r.Record)];
        return all.Exists(IsWhole) ? all.FindAll(IsWhole) : all;
    }

    static bool IsWhole(RunRecord run) => run.Outcome != Outcome.Cancelled;

    // A run that was cut off cannot be compared; its exit code says enough.
    static int Repeated(Terminal terminal, string file, RecordedRun run, Result again, int code)
    {
        if (again.Record.Outcome == Outcome.Cancelled)
            return code;
        if (again.Record.Hash == run.Hash)
        {
            terminal.Line($"same hash as in {file}: {Text.Hash(run.Hash)}");
            return code;
        }
        var build = EmbeddedJobs.Build(again.Job.Experiment);
        terminal.Error.WriteLine($"another hash than in {file}: {Text.Hash(again.Record.Hash)}, there "
            + $"{Text.Hash(run.Hash)}; " + (build == run.Build
                ? "its key 'numerics' says on which kind of machine it was made"
                : $"it was made by build {(run.Build.Length == 0 ? "unknown" : run.Build)}, this is {build}"));
        return ExitCode.HashesDiffer;
    }
}
