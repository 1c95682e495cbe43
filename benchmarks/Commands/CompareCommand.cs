using System.CommandLine;
using AsyncOpt.Benchmarks.Measure;

namespace AsyncOpt.Benchmarks.Commands;

/// <summary><c>compare NEW COMMITTED</c>: what a report lost against another.</summary>
static class CompareCommand
{
    public static Command Create()
    {
        var command = new Command("compare", "Compares two reports that --json wrote; exit code 1 where the new one lost.");
        var now = new Argument<FileInfo>("NEW") { Description = "The new report." };
        var committed = new Argument<FileInfo>("COMMITTED") { Description = "The report to hold it to." };
        command.Arguments.Add(now);
        command.Arguments.Add(committed);
        command.SetAction(parsed => Tell(
            ReportFile.Read(parsed.GetRequiredValue(now).FullName), ReportFile.Read(parsed.GetRequiredValue(committed).FullName)));
        return command;
    }

    /// <summary>Prints each loss; returns the exit code: 0 where there is none, else 1.</summary>
    public static int Tell(Report report, Report committed)
    {
        var losses = Losses.Of(report, committed);
        Console.WriteLine();
        Console.WriteLine(losses.Count == 0
            ? $"nothing lost: no ratio fell, and no memory grew, by more than {Losses.Tolerance:0 %}; no event allocates"
            : "lost:");
        foreach (var loss in losses)
            Console.WriteLine($"  {loss}");
        return losses.Count == 0 ? 0 : 1;
    }
}
