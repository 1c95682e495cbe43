using System.CommandLine;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Swarm;
using Option = System.CommandLine.Option;

namespace AsyncOpt.Client.Commands;

/// <summary>
/// <c>swarm</c>: makes experiments from a seed and checks each of them; <c>--replay</c> checks one that was found.
/// </summary>
static class SwarmCommand
{
    public static Command Create(Session session)
    {
        var command = new Command(
            "swarm", "Makes whole experiments from a seed, runs each in several ways, and checks what holds in all.");
        var minutes = Switches.Number(
            "--minutes", "N", "How long; 1 by default.", "a number above 0", number => number > 0);
        var worlds = Switches.Count("--worlds", "How many experiments, however long they take.");
        var seed = Switches.Seed("--seed", "The seed; 1 by default.");
        var first = Switches.Seed("--first", "The number of the first experiment; 0 by default.");
        var replay = new Option<string?>("--replay")
        {
            Description = "Checks the experiment of a file.",
            HelpName = "FILE",
        };
        var output = new Option<string>("--out")
        {
            Description = "The folder for what is found; swarm-cases by default.",
            HelpName = "DIR",
            DefaultValueFactory = _ => "swarm-cases",
        };
        var plugins = ExperimentOptions.PluginOption();
        foreach (var option in (Option[])[minutes, worlds, seed, first, replay, output, plugins])
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            var count = parsed.GetValue(worlds);
            var settings = new SwarmSettings
            {
                Seed = parsed.GetValue(seed) ?? 1,
                First = (long)(parsed.GetValue(first) ?? 0),
                Worlds = count,
                Time = count is null || parsed.GetValue(minutes) is not null
                    ? TimeSpan.FromMinutes(parsed.GetValue(minutes) ?? 1)
                    : null,
                Folder = parsed.GetRequiredValue(output),
                Catalogue = Catalogue.Load(parsed.GetValue(plugins)),
            };
            return parsed.GetValue(replay) is { } file ? Replay(session, file, settings) : Run(session, settings);
        });
        return command;
    }

    static int Replay(Session session, string file, SwarmSettings settings)
    {
        if (SwarmRun.Replay(file, settings) is not { } found)
        {
            session.Terminal.Line($"{file}: all holds");
            return ExitCode.Ok;
        }
        session.Terminal.Error.WriteLine($"{file}: {found.Check}: {found.Message}");
        return ExitCode.Failed;
    }

    static int Run(Session session, SwarmSettings settings)
    {
        var report = SwarmRun.Run(settings, session.Terminal.Error.WriteLine, session.Cancellation);
        session.Terminal.Line(report.Coverage.Text());
        session.Terminal.Line(report.Coverage.Missed is { Count: > 0 } missed
            ? $"never: {string.Join("; ", missed)}"
            : "everything that can happen in a world happened in one");
        session.Terminal.Line($"world {report.Slowest.World} took longest, {report.Slowest.Seconds:0.0} s");
        session.Terminal.Line($"{report.Violations} of {report.Coverage.Worlds + report.Violations} worlds are against "
            + "what holds");
        return report.Violations > 0 ? ExitCode.Failed : ExitCode.Ok;
    }
}
