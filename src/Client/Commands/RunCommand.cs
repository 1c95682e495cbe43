using System.CommandLine;
using System.Diagnostics;
using AsyncOpt.Client.Display;
using AsyncOpt.Client.Running;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting;

namespace AsyncOpt.Client.Commands;

/// <summary><c>run FILE</c>: every repetition of every arm, a closing table, run folders.</summary>
static class RunCommand
{
    public static Command Create(Session session)
    {
        var command = new Command("run", "Runs every arm of an experiment with every seed.");
        var experiment = new ExperimentOptions(command);
        var running = new RunningOptions(command);
        var partitions = ExperimentOptions.Count("--partitions", "Forces the number of partitions; same hash.");
        var noMetrics = new Option<bool>("--no-metrics") { Description = "Evaluate no metrics; same hash." };
        command.Options.Add(partitions);
        command.Options.Add(noMetrics);
        command.SetAction(parsed =>
        {
            var loaded = session.Services.Experiments.Load(experiment.File(parsed), experiment.Overrides(parsed));
            var settings = running.Settings(parsed) with
            {
                Partitions = parsed.GetValue(partitions),
                Metrics = !parsed.GetValue(noMetrics),
            };
            return Run(session, loaded, running.Output(parsed, loaded.Name), settings, running.View(parsed, session));
        });
        return command;
    }

    static int Run(Session session, IExperiment experiment, string output, RunSettings settings, IProgressView view)
    {
        var clock = Stopwatch.StartNew();
        var jobs = Batch.JobsOf(experiment, output);
        var results = new Batch(session.Services.Runner, settings, view, session.Cancellation).Run(jobs);
        if (results.Count == 0)
            throw new OperationCanceledException(session.Cancellation);

        var arms = results.GroupBy(r => r.Job.ArmName).ToList();
        List<ArmSummary> summaries = [.. arms.Select(a => Summary.Of(a.Key, [.. a.Select(r => r.Record)]))];
        var tables = SummaryTables.Write(output, summaries, [.. arms.Select(a => Summary.Bands([.. a.Select(r => r.Record)]))]);

        var terminal = session.Terminal;
        Messages.Warnings(terminal, results);
        terminal.Console.Write(ClosingTables.Results(summaries, results[0].Target, terminal.Width));
        terminal.Console.Write(ClosingTables.Traffic(summaries));
        terminal.Line($"{results.Count} run folders in {Path.Combine(output, "ARM", "seed-K")}");
        foreach (var table in tables)
            terminal.Line(table);
        terminal.Line($"wall time {Pretty.Duration(clock.Elapsed.TotalSeconds)}");
        Messages.BadEnds(terminal, results, jobs.Count);
        return results.Count == jobs.Count && results.All(r => Messages.IsGood(r.Record.Outcome)) ? ExitCode.Ok : ExitCode.Failed;
    }
}
