using System.CommandLine;
using System.Diagnostics;
using AsyncOpt.Client.Display;
using AsyncOpt.Client.Running;
using AsyncOpt.Core;
using AsyncOpt.Experiments.Claims;

namespace AsyncOpt.Client.Commands;

/// <summary><c>reproduce [CLAIM|all]</c>: runs what a paper claims, and judges whether it holds here.</summary>
static class ReproduceCommand
{
    const string Every = "all";

    /// <summary>Makes the command.</summary>
    public static Command Create(Session session)
    {
        var command = new Command(
            "reproduce", "Runs what a paper claims and judges whether it holds; without argument, lists the claims.");
        var name = new Argument<string?>("CLAIM")
        {
            Description = "A claim's name or file, or 'all'.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var full = new Option<bool>("--full") { Description = "The larger sizes of the file's key 'full'." };
        var running = new RunningOptions(command, "Where results go, a folder per claim; runs/claims by default.");
        var plugins = ExperimentOptions.PluginOption();
        var data = ExperimentOptions.DataOption();
        command.Arguments.Add(name);
        command.Options.Add(full);
        command.Options.Add(plugins);
        command.Options.Add(data);
        command.SetAction(parsed =>
        {
            var folder = ClaimFolder.Here();
            if (parsed.GetValue(name) is not { } wanted)
                return List(session.Terminal, folder);
            var options = session.Services.Defaults with
            {
                Plugins = parsed.GetValue(plugins) ?? [],
                DataFolder = parsed.GetValue(data),
                Device = parsed.GetValue(running.Device),
                DeviceProblem = session.Services.Devices.Problem,
            };
            options = options with { Catalogue = options.Catalogue ?? Core.Catalog.Catalogue.Load(options.Plugins) };
            var paths = wanted == Every ? folder.Files : [folder.PathOf(wanted)];
            if (paths.Count == 0)
                throw new InputException("there are no claims: expected files in experiments/claims");
            Claim Load(string path) => Claim.Load(path, options, parsed.GetValue(full));
            // All that the text of any file tells is told before the first run. Each is read again when its turn comes:
            // what it has built can go when it is judged.
            Check(paths, path => _ = Load(path));
            var output = running.Output(parsed, "claims");
            using var interruption = running.Interruption(parsed, session);
            var runner = new ClaimRunner(
                session.Services.Runner, running.Settings(parsed), () => running.View(parsed, session),
                session.Terminal.Error.WriteLine, interruption);
            return Run(session, [.. paths.Select(path => (Func<Claim>)(() => Load(path)))], runner, output);
        });
        return command;
    }

    static int List(Terminal terminal, ClaimFolder folder)
    {
        var lines = folder.Lines();
        foreach (var line in lines)
        {
            terminal.Line($"{line.Name} ({line.Source})");
            terminal.Line($"  {ClaimText.Cut(line.Statement, terminal.Width - 2)}");
        }
        terminal.Line(lines.Count == 0
            ? "there are no claims: expected files in experiments/claims"
            : $"{Counted.Of(lines.Count, "claim")}; asyncopt reproduce NAME or all");
        return ExitCode.Ok;
    }

    static void Check(IReadOnlyList<string> paths, Action<string> check)
    {
        var problems = new List<string>();
        foreach (var path in paths)
            try
            {
                check(path);
            }
            catch (InputException e)
            {
                problems.Add(e.Message);
            }
        if (problems.Count > 0)
            throw new InputException(string.Join('\n', problems));
    }

    static int Run(Session session, List<Func<Claim>> claims, ClaimRunner runner, string output)
    {
        var clock = Stopwatch.StartNew();
        var rows = new List<ClaimRow>();
        foreach (var load in claims)
        {
            var claim = load();
            var began = clock.Elapsed.TotalSeconds;
            var folder = Path.Combine(output, claim.Name);
            try
            {
                var report = runner.Run(claim, folder);
                ClaimText.Show(session.Terminal, claim, report, folder);
                rows.Add(new ClaimRow(claim.Name, report, report.WallSeconds));
            }
            catch (InputException e)
            {
                if (claims.Count == 1)
                    throw;
                session.Terminal.Error.WriteLine($"{claim.Name}: {e.Message}");
                rows.Add(new ClaimRow(claim.Name, null, clock.Elapsed.TotalSeconds - began));
            }
        }
        if (claims.Count > 1)
            ClaimText.Close(session.Terminal, rows, output, clock.Elapsed.TotalSeconds);
        return rows.TrueForAll(r => r.Report is not null) ? ExitCode.Ok : ExitCode.Failed;
    }
}
