using System.CommandLine;
using System.Diagnostics;
using AsyncOpt.Client.Display;
using AsyncOpt.Client.Running;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Reporting;
using Spectre.Console;
using Text = AsyncOpt.Reporting.Text;

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
            return Run(session, experiment, output, running.Settings(parsed), running.View(parsed, session));
        });
        return command;
    }

    static int Run(Session session, Experiment experiment, string output, RunSettings settings, IProgressView view)
    {
        var clock = Stopwatch.StartNew();
        var sweep = experiment.Sweep!;
        var jobs = Batch.JobsOf(experiment, output);
        var results = new Batch(
            new EmbeddedJobs(session.Services.Runner, settings), settings.Jobs, view, session.Cancellation).Run(jobs);
        List<SweepScore> scores = [.. results.GroupBy(r => r.Job.Arm).Select(a =>
            new SweepScore(a.Key.Name, a.Key.Point, [.. a.Select(r => sweep.Score(r.Record))]))];
        var bases = experiment.Arms.ToDictionary(a => a.Name, a => a.Base);
        var best = scores.GroupBy(s => bases[s.Arm]).Select(g => Sweep.Pick([.. g])).OfType<SweepBest>().ToList();

        var path = Path.Combine(output, "sweep.csv");
        AtomicFile.Write(path, to => Write(to, sweep, results));
        var terminal = session.Terminal;
        var scale = sweep.Best.At == BestAt.TimeToTarget || results.Count == 0
            ? Scale.Log
            : results[0].Record.ScaleOf(sweep.Best.Metric);
        terminal.Console.Write(Table(sweep, scores, best, scale));
        foreach (var found in best)
            terminal.Line($"best: {sweep.Describe(found)}");
        // A point of the grid that diverges is a result, not a failure; no point that does not is one.
        var code = Messages.Close(terminal, results, jobs.Count, output, [path], clock.Elapsed.TotalSeconds);
        return results.Count == jobs.Count && best.Count == bases.Values.Distinct().Count() ? ExitCode.Ok : code;
    }

    // In long form, one key a column: what was tried, what it scored, how it ended.
    static void Write(TextWriter to, Sweep sweep, IReadOnlyList<Result> results)
    {
        var keys = results[0].Job.Arm.Point.Select(v => v.Key);
        string[] titles = [.. keys.Prepend("arm").Select(Text.Field), "repetition", "value", "outcome"];
        to.Write(string.Join(',', titles) + "\n");
        foreach (var (job, record) in results)
        {
            var point = job.Arm.Point.Select(v => v.Text).Prepend(job.Arm.Base).Select(Text.Field);
            to.Write($"{string.Join(',', point)},{job.Repetition},{Text.Number(Value(sweep, sweep.Score(record)))},"
                + $"{Text.Of(record.Outcome)}\n");
        }
    }

    static Table Table(Sweep sweep, List<SweepScore> scores, List<SweepBest> best, Scale scale)
    {
        var table = ClosingTables.Plain();
        ClosingTables.Title(table, [.. scores.Select(s => s.Scores.Count)]);
        ClosingTables.Left(table, "arm");
        ClosingTables.Right(table, sweep.Best.At == BestAt.TimeToTarget ? "time to target" : sweep.Best.Metric);
        ClosingTables.Left(table, "");
        foreach (var score in scores)
        {
            var values = Interval.Of([.. score.Scores.Select(s => Value(sweep, s))], scale);
            var failed = score.Scores.Count(s => !double.IsFinite(s));
            table.AddRow(
                new Spectre.Console.Text(score.Arm),
                new Spectre.Console.Text(failed > 0 ? $"{failed} of {score.Scores.Count} failed" : Pretty.Of(values)),
                new Spectre.Console.Text(best.Exists(b => b.Score == score) ? "best" : ""));
        }

        return table;
    }

    // A failed run has no value, however scores are signed.
    static double Value(Sweep sweep, double score) => double.IsFinite(score) ? sweep.Value(score) : double.NaN;
}
