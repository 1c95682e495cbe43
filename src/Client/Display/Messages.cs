using AsyncOpt.Client.Running;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting;

namespace AsyncOpt.Client.Display;

/// <summary>What is said beside tables.</summary>
static class Messages
{
    /// <summary>Whether a run that ended so did what was asked.</summary>
    public static bool IsGood(Outcome outcome) =>
        outcome is Outcome.BudgetSpent or Outcome.TargetReached or Outcome.Completed;

    /// <summary>Each warning once, with the arms it concerns.</summary>
    public static void Warnings(Terminal terminal, IReadOnlyList<Result> results)
    {
        var arms = results.Select(r => r.Job.ArmName).Distinct().Count();
        foreach (var warning in results.SelectMany(r => r.Warnings.Select(w => (Text: w, Arm: r.Job.ArmName))).GroupBy(w => w.Text))
        {
            var concerned = warning.Select(w => w.Arm).Distinct().ToList();
            var whose = concerned.Count == arms ? "" : $" ({string.Join(", ", concerned)})";
            terminal.Error.WriteLine($"warning: {warning.Key}{whose}");
        }
    }

    /// <summary>Why runs ended badly, and how many were never begun.</summary>
    public static void BadEnds(Terminal terminal, IReadOnlyList<Result> results, int planned)
    {
        foreach (var result in results.Where(r => !IsGood(r.Record.Outcome)))
            terminal.Error.WriteLine($"{result.Job.Label}: {Text.Of(result.Record.Outcome)}: {result.Record.Reason}");
        if (results.Count < planned)
            terminal.Error.WriteLine($"{planned - results.Count} of {planned} runs were not begun");
    }
}
