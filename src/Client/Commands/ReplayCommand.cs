using System.CommandLine;
using System.Diagnostics;
using AsyncOpt.Client.Display;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Reporting;
using AsyncOpt.Simulation.Replay;
using Spectre.Console;

namespace AsyncOpt.Client.Commands;

/// <summary>
/// <c>replay LOG...</c>: feeds the order of events of a live run to the embedded host, and compares every agent's final
/// state, bit for bit.
/// </summary>
static class ReplayCommand
{
    const string LogFiles = "*.log";

    /// <summary>Makes the command.</summary>
    public static Command Create(Session session)
    {
        var command = new Command(
            "replay", "Replays a live run from its logs, and compares every agent's final state.");
        var logs = new Argument<string[]>("LOG")
        {
            Description = "The logs of all silos of one run, or its run folder.",
            Arity = ArgumentArity.OneOrMore,
        };
        var plugins = ExperimentOptions.PluginOption();
        var data = ExperimentOptions.DataOption();
        command.Arguments.Add(logs);
        command.Options.Add(plugins);
        command.Options.Add(data);
        command.SetAction(parsed =>
        {
            var options = session.Services.Defaults with
            {
                Plugins = parsed.GetValue(plugins) ?? [],
                DataFolder = parsed.GetValue(data),
            };
            return Run(session, [.. (parsed.GetValue(logs) ?? []).SelectMany(PathsOf)], options);
        });
        return command;
    }

    /// <summary>The logs that a path names: itself, or those of a run folder.</summary>
    internal static IReadOnlyList<string> PathsOf(string path)
    {
        if (!Directory.Exists(path))
            return [path];
        foreach (var folder in (string[])[Path.Combine(path, RunFolder.ReplayFolder), path])
        {
            if (Directory.Exists(folder) && Directory.GetFiles(folder, LogFiles) is { Length: > 0 } files)
                return [.. files.Order(StringComparer.Ordinal)];
        }
        throw new InputException(
            $"{path}: no replay logs; expected {Path.Combine(RunFolder.ReplayFolder, LogFiles)}, which live runs write "
            + "with --replay-log");
    }

    static int Run(Session session, IReadOnlyList<string> paths, LoadOptions options)
    {
        var clock = Stopwatch.StartNew();
        var log = ReplayLog.Read(paths);
        var report = Replayer.Run(PlanOf(log, paths[0], options), log, session.Cancellation);
        foreach (var warning in report.Warnings)
            session.Terminal.Error.WriteLine($"warning: {warning}");
        session.Terminal.Console.Write(Table(report));
        return Judge(session.Terminal, report, log.Header.Run, clock.Elapsed.TotalSeconds);
    }

    // Relative paths of data start where the user is: nobody knows where the experiment file was.
    static RunPlan PlanOf(ReplayLog log, string file, LoadOptions options)
    {
        try
        {
            var experiment = Experiment.Parse(
                log.Header.Specification, "specification", Directory.GetCurrentDirectory(), options);
            return experiment.Arms[0].PlanWithoutOptimum(0) with { Metrics = false };
        }
        catch (InputException e)
        {
            throw new InputException($"{file}: the specification in this log cannot be run here:\n{e.Message}", e);
        }
    }

    static int Judge(Terminal terminal, ReplayReport report, string run, double seconds)
    {
        var agents = report.Roles.Sum(role => role.Agents);
        var events = report.Roles.Sum(role => role.Events);
        var equal = report.Roles.Sum(role => role.Equal);
        if (report.DifferencesTotal > 0)
        {
            terminal.Error.WriteLine($"{run}: {report.DifferencesTotal} of {Counted.Of(agents, "agent")} "
                + $"{(report.DifferencesTotal == 1 ? "differs" : "differ")}; the first in the order of the replay:");
            foreach (var difference in report.Differences)
                terminal.Error.WriteLine($"  {difference}");
            return ExitCode.HashesDiffer;
        }
        if (!report.IsEqual)
        {
            terminal.Error.WriteLine($"{run}: equal as far as the log goes: {equal} of "
                + $"{Counted.Of(agents, "agent")} could be compared");
            return ExitCode.Failed;
        }
        terminal.Line($"{run}: {(agents == 1 ? "the agent" : $"all {agents} agents")} in the same state, bit for bit, "
            + $"after {Pretty.Count(events)} event{(events == 1 ? "" : "s")}; wall time {Pretty.Duration(seconds)}");
        return ExitCode.Ok;
    }

    static Table Table(ReplayReport report)
    {
        var table = ClosingTables.Plain();
        ClosingTables.Left(table, "role");
        foreach (var title in (string[])["agents", "events", "equal", "not compared"])
            ClosingTables.Right(table, title);
        foreach (var role in report.Roles)
        {
            table.AddRow([.. ((string[])
            [
                role.Role, Pretty.Count(role.Agents), Pretty.Count(role.Events), Pretty.Count(role.Equal),
                Pretty.Count(role.NotCompared),
            ]).Select(cell => new Spectre.Console.Text(cell))]);
        }
        return table;
    }
}
