using System.CommandLine;
using AsyncOpt.Client.Display;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Simulation;
using Spectre.Console;

namespace AsyncOpt.Client.Commands;

/// <summary>
/// <c>verify FILE</c>: repeats a run with other partitions, other threads, with and without metrics, and compares the
/// hashes. It says what the repetitions really exercised.
/// </summary>
static class VerifyCommand
{
    static readonly int[] Partitions = [1, 2, 3, 7];
    static readonly int[] Threads = [1, 2];

    public static Command Create(Session session)
    {
        var command = new Command("verify", "Repeats a run with other partitions and threads, and compares hashes.");
        var options = new ExperimentOptions(command, seeds: false);
        var all = new Option<bool>("--all") { Description = "All arms, not only the first." };
        command.Options.Add(all);
        var device = ExperimentOptions.DeviceOption();
        command.Options.Add(device);
        command.SetAction(parsed =>
        {
            var arms = options.Load(parsed, session, device: device).Arms;
            return arms.Take(parsed.GetValue(all) ? arms.Count : 1).Max(
                arm => Verify(session, arm, parsed.GetValue(device)));
        });
        return command;
    }

    /// <summary>One repetition.</summary>
    internal sealed record Trial(int Partitions, int Threads, bool Metrics, RunRecord Record);

    /// <summary>Whether no trial had several partitions in several windows, nor threads that shared a batch.</summary>
    internal static bool IsTrivial(IReadOnlyList<Trial> trials) =>
        Cuts(trials).Length == 0 && !trials.Any(t => SharesBatches(t.Record));

    static bool SharesBatches(RunRecord record) =>
        record.Partitions == 1 && record.Threads > 1 && record.Counts.BatchMax > 1;

    // The numbers of partitions that truly ran in windows.
    static int[] Cuts(IEnumerable<Trial> trials) =>
    [
        .. trials.Where(t => t.Record.Partitions > 1 && t.Record.Counts.Windows > 1)
            .Select(t => t.Record.Partitions).Distinct().Order(),
    ];

    /// <summary>What the trials exercised, in a few words.</summary>
    internal static string Exercised(IReadOnlyList<Trial> trials)
    {
        var said = new List<string>();
        if (Cuts(trials) is { Length: > 0 } cuts)
        {
            var atOnce = trials.Where(t => t.Record.Partitions > 1).Max(t => t.Record.Threads);
            said.Add($"{string.Join(", ", cuts)} partitions on up to {atOnce} threads at once");
        }
        if (trials.FirstOrDefault(t => SharesBatches(t.Record)) is { } shared)
        {
            var (most, threads) = (shared.Record.Counts.BatchMax, shared.Record.Threads);
            said.Add($"batches of up to {most} computations on {threads} threads");
        }
        return string.Join("; ", said);
    }

    static int Verify(Session session, Arm arm, DeviceChoice? device)
    {
        var trials = new List<Trial>();
        foreach (var (partitions, threads, metrics) in Settings(arm))
        {
            var chosen = arm.Plan(0);
            var plan = Repeatable(session, chosen with { Device = device ?? chosen.Device }, trials);
            plan = plan with { Partitions = partitions, Threads = threads, Metrics = metrics };
            var record = session.Services.Runner.Run(plan, new RunHooks { Cancellation = session.Cancellation });
            session.Cancellation.ThrowIfCancellationRequested();
            trials.Add(new(partitions, threads, metrics, record));
        }

        return Judge(session.Terminal, arm.Name, trials);
    }

    // Each partition count twice, which covers both thread counts, with and without metrics; then the first again. A
    // target that ends the run is judged on metrics, so such a run has them always.
    static IEnumerable<(int Partitions, int Threads, bool Metrics)> Settings(Arm arm)
    {
        var needsMetrics = arm.File.Stop.Target is { Stop: true };
        foreach (var partitions in Partitions)
            foreach (var threads in Threads)
                yield return (partitions, threads, needsMetrics || threads == Threads[0]);
        yield return (Partitions[0], Threads[0], true);
    }

    // An end by wall time is not foreseeable; the virtual time it came at in the first trial is.
    static RunPlan Repeatable(Session session, RunPlan plan, List<Trial> trials)
    {
        if (plan.Stop.WallTime is null)
            return plan;
        var end = trials is [var first, ..]
            ? first.Record.VirtualTime
            : session.Services.Runner.Run(plan, new RunHooks { Cancellation = session.Cancellation }).VirtualTime;
        return plan with { Stop = plan.Stop with { WallTime = null, Time = new(end) } };
    }

    static int Judge(Terminal terminal, string arm, List<Trial> trials)
    {
        terminal.Console.Write(Table(trials));
        var hashes = trials.Select(t => t.Record.Hash).Distinct().Count();
        // Metrics are computed beside the run; the hash does not hold them, so they are compared by themselves.
        var metrics = trials.Where(t => t.Metrics).Select(t => t.Record.Metrics).ToList();
        var sameMetrics = metrics.All(m => m.SequenceEqual(metrics[0]));
        if (hashes > 1 || !sameMetrics)
        {
            var what = hashes > 1 ? $"{hashes} different hashes" : "the same hash, but different metrics";
            terminal.Error.WriteLine($"{arm}: {what} in {Counted.Of(trials.Count, "run")}");
            return ExitCode.HashesDiffer;
        }

        terminal.Line(IsTrivial(trials)
            ? $"{arm}: same hash, but trivial: no run had several windows on several partitions, or a batch of several "
                + "computations on several threads"
            : $"{arm}: same hash and metrics in {Counted.Of(trials.Count, "run")}: {Exercised(trials)}");
        foreach (var warning in trials.MaxBy(t => t.Partitions)!.Record.Warnings)
            terminal.Line($"{arm}: {warning}");
        return ExitCode.Ok;
    }

    static Table Table(IEnumerable<Trial> trials)
    {
        var table = ClosingTables.Plain();
        ClosingTables.Left(table, "hash");
        foreach (var title in (string[])["partitions", "threads", "windows", "batches", "largest\nbatch", "cohorts"])
            ClosingTables.Right(table, title);
        ClosingTables.Left(table, "metrics");
        foreach (var (_, _, metrics, record) in trials)
            table.AddRow(
                AsyncOpt.Reporting.Text.Hash(record.Hash),
                $"{record.Partitions}",
                $"{record.Threads}",
                $"{record.Counts.Windows}",
                $"{record.Counts.Batches}",
                $"{record.Counts.BatchMax}",
                $"{record.Counts.Cohorts}",
                metrics ? "yes" : "no");
        return table;
    }
}
