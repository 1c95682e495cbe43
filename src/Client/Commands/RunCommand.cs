using System.CommandLine;
using System.Diagnostics;
using AsyncOpt.Client.Display;
using AsyncOpt.Client.Remote;
using AsyncOpt.Client.Running;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Reporting;

namespace AsyncOpt.Client.Commands;

/// <summary>
/// <c>run FILE</c>: every repetition of every arm, here or on a silo; a closing table, run folders.
/// </summary>
static class RunCommand
{
    public static Command Create(Session session)
    {
        var command = new Command("run", "Runs every arm of an experiment with every seed.");
        var options = new ExperimentOptions(command);
        var running = new RunningOptions(command);
        var partitions = ExperimentOptions.Count("--partitions", "Forces the number of partitions; same hash.");
        var noMetrics = new Option<bool>("--no-metrics") { Description = "Evaluate no metrics; same hash." };
        command.Options.Add(partitions);
        command.Options.Add(noMetrics);
        var remote = new RemoteOptions(command, options, running, partitions);
        command.SetAction(parsed =>
        {
            // Data, plug-ins and devices of a silo are there: it says what is wrong with them.
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
            if (!isRemote)
            {
                var here = new EmbeddedJobs(session.Services.Runner, settings);
                return Run(session, (options.File(parsed), experiment), output, here, settings.Jobs, view);
            }
            using var gateway = remote.Gateway(parsed, session);
            var how = remote.Settings(parsed);
            return Run(
                session, (options.File(parsed), experiment), output,
                new RemoteJobs(gateway, settings, how, options.Files(parsed)),
                settings.Jobs ?? how.SideBySide, view);
        });
        return command;
    }

    static int Run(
        Session session, (string File, Experiment Experiment) read, string output, IJobRunner runner, int? sideBySide,
        IProgressView view)
    {
        var (file, experiment) = read;
        var clock = Stopwatch.StartNew();
        var jobs = Batch.JobsOf(experiment, output);
        var results = new Batch(runner, sideBySide, view, session.Cancellation).Run(jobs);
        var arms = results.GroupBy(r => r.Job.Arm).ToList();
        List<ArmSummary> summaries = [.. arms.Select(a => Summary.Of(a.Key.Name, [.. a.Select(r => r.Record)]))];
        var tables = SummaryTables.Write(
            output, summaries, [.. arms.Select(a => Summary.Bands([.. a.Select(r => r.Record)]))]);

        var terminal = session.Terminal;
        var target = arms.Select(a => a.Key.File.Stop.Rules().Target).FirstOrDefault(t => t is not null);
        terminal.Console.Write(ClosingTables.Results(summaries, target, terminal.Width));
        if (ClosingTables.Predictions(summaries) is { } predictions)
            terminal.Console.Write(predictions);
        terminal.Console.Write(ClosingTables.Traffic(summaries));
        Messages.Warnings(terminal, results);
        var code = Messages.Close(terminal, results, jobs.Count, output, tables, clock.Elapsed.TotalSeconds);
        return experiment.Repeats is { } run && results is [var again]
            ? Repeated(terminal, file, run, again, code)
            : code;
    }

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
