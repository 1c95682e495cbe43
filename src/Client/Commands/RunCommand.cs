using System.CommandLine;
using System.Diagnostics;
using AsyncOpt.Client.Display;
using AsyncOpt.Client.Remote;
using AsyncOpt.Client.Running;
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
                return Run(session, experiment, output, here, settings.Jobs, view);
            }
            using var gateway = remote.Gateway(parsed, session);
            var how = remote.Settings(parsed);
            return Run(
                session, experiment, output, new RemoteJobs(gateway, settings, how), settings.Jobs ?? how.SideBySide,
                view);
        });
        return command;
    }

    static int Run(
        Session session, Experiment experiment, string output, IJobRunner runner, int? sideBySide, IProgressView view)
    {
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
        return Messages.Close(terminal, results, jobs.Count, output, tables, clock.Elapsed.TotalSeconds);
    }
}
