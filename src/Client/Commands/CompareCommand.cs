using System.CommandLine;
using AsyncOpt.Client.Display;
using AsyncOpt.Reporting;
using AsyncOpt.Reporting.Comparing;

namespace AsyncOpt.Client.Commands;

/// <summary>
/// <c>compare A B</c>: two runs side by side, such as a live one and its simulation, and how far the distributions of
/// their staleness are from each other.
/// </summary>
static class CompareCommand
{
    const int WarningsMax = 3;
    const int DifferencesMax = 6;

    public static Command Create(Session session)
    {
        var command = new Command(
            "compare", "Shows two runs side by side, such as a live one and its simulation, and how stale they were.");
        var a = new Argument<string>("A") { Description = "A run folder, or an experiment's folder for all its runs." };
        var b = new Argument<string>("B")
        {
            Description = "Another run folder, or an experiment's folder with the same arms and seeds.",
        };
        var target = Switches.Number(
            "--target", "D", "The largest total-variation distance of staleness, instead of the experiment's "
                + "compare.staleness-distance; exit code 1 beyond it.",
            "a distance between 0 and 1", d => d is >= 0 and <= 1);
        command.Arguments.Add(a);
        command.Arguments.Add(b);
        command.Options.Add(target);
        command.SetAction(parsed => Show(
            session.Terminal, parsed.GetRequiredValue(a), parsed.GetRequiredValue(b), parsed.GetValue(target)));
        return command;
    }

    static int Show(Terminal terminal, string a, string b, double? target)
    {
        var comparisons = RunPairs.Compare(a, b);
        terminal.Line($"A: {a}");
        terminal.Line($"B: {b}");
        var bar = terminal.IsInteractive && terminal.Console.Profile.Capabilities.Unicode ? '█' : '#';
        var reached = true;
        foreach (var comparison in comparisons)
        {
            Differ(terminal, comparison);
            terminal.Console.Write(ComparisonTables.Quantities(comparison));
            terminal.Console.Write(ComparisonTables.Histogram(comparison, terminal.Width, bar));
            Warn(terminal, comparison);
            reached &= Distance(terminal, comparison, target ?? comparison.Target);
        }
        return reached ? ExitCode.Ok : ExitCode.Failed;
    }

    // Numbers of different experiments say little beside each other.
    static void Differ(Terminal terminal, Comparison comparison)
    {
        if (comparison.Differences is not [_, ..] keys)
            return;
        terminal.Line($"{comparison.Name}: A and B differ in "
            + string.Join("; ", keys.Take(DifferencesMax))
            + (keys.Count > DifferencesMax ? $"; and {keys.Count - DifferencesMax} more" : ""));
    }

    // What a run warned of, such as delays that were late, may be why the two differ.
    static void Warn(Terminal terminal, Comparison comparison)
    {
        foreach (var (run, warnings) in new[] { ("A", comparison.Warnings.A), ("B", comparison.Warnings.B) })
        {
            foreach (var warning in warnings.Take(WarningsMax))
                terminal.Error.WriteLine($"warning: {comparison.Name}, {run}: {warning}");
            if (warnings.Count > WarningsMax)
                terminal.Error.WriteLine($"warning: {comparison.Name}, {run}: {warnings.Count - WarningsMax} more, "
                    + "in the manifests");
        }
    }

    static bool Distance(Terminal terminal, Comparison comparison, double? target)
    {
        var what = $"{comparison.Name}: total-variation distance of staleness {Pretty.Number(comparison.Distance, 3)}"
            + (comparison.Pairs == 1 ? "" : $" (the largest of {comparison.Pairs} seeds)");
        if (double.IsNaN(comparison.Distance))
            what = $"{comparison.Name}: a run made no update, so there is no distance of staleness";
        if (target is not { } limit)
        {
            terminal.Line(what);
            return true;
        }
        // A distance that is not a number reaches no target.
        var reached = comparison.Distance <= limit;
        terminal.Line($"{what}; target at most {Text.Number(limit)}: {(reached ? "reached" : "not reached")}");
        return reached;
    }
}
