using AsyncOpt.Core;
using AsyncOpt.Core.Claims;
using AsyncOpt.Experiments.Claims;
using AsyncOpt.Reporting;
using AsyncOpt.Reporting.Claims;
using Spectre.Console;
using Cell = Spectre.Console.Text;

namespace AsyncOpt.Client.Display;

/// <summary>One claim among all.</summary>
/// <param name="Name">The claim.</param>
/// <param name="Report">What came of it; null where it could not be judged.</param>
/// <param name="Seconds">Seconds on the wall.</param>
sealed record ClaimRow(string Name, ClaimReport? Report, double Seconds);

/// <summary>Claims for people.</summary>
static class ClaimText
{
    /// <summary>The claim, what was measured, the verdict.</summary>
    public static void Show(Terminal terminal, Claim claim, ClaimReport report, string folder)
    {
        terminal.Line();
        terminal.Line($"{report.Name}{(report.IsFull ? ", full size" : "")}");
        foreach (var line in PlainText.Wrapped($"claim: {report.Statement}", terminal.Width - 2))
            terminal.Line($"  {line}");
        terminal.Line($"  source: {report.Source}");
        if (report.Missing.Count == 0)
            Measured(terminal, claim, report);
        terminal.Line($"verdict: {report.VerdictText}");
        if (report.NotCovered.Length > 0)
            foreach (var line in PlainText.Wrapped($"not there: {report.NotCovered}", terminal.Width - 2))
                terminal.Line($"  {line}");
        terminal.Line($"{Path.Combine(folder, ClaimReport.PageFile)}, wall time {Pretty.Duration(report.WallSeconds)}, "
            + $"processor time {Pretty.Duration(report.ProcessorSeconds)}");
    }

    /// <summary>The closing table of all claims.</summary>
    public static void Close(Terminal terminal, IReadOnlyList<ClaimRow> rows, string output, double seconds)
    {
        List<string[]> cells = [.. rows.Select(Cells)];
        var table = ClosingTables.Plain();
        ClosingTables.Left(table, "claim");
        ClosingTables.Left(table, "verdict");
        ClosingTables.Right(table, "headlines\nreproduced");
        ClosingTables.Right(table, "wall time");
        ClosingTables.Right(table, "processor\ntime");
        foreach (var row in cells)
            table.AddRow([.. row.Select(cell => new Cell(cell))]);
        terminal.Line();
        terminal.Console.Write(table);
        var page = Path.Combine(output, "claims.md");
        AtomicFile.Write(page, to =>
        {
            to.Write("| claim | verdict | headlines reproduced | wall time | processor time |\n");
            to.Write("| --- | --- | --- | --- | --- |\n");
            foreach (var row in cells)
                to.Write($"| [{row[0]}]({row[0]}/{ClaimReport.PageFile}) | {string.Join(" | ", row[1..])} |\n");
        });
        terminal.Line(page);
        terminal.Line($"{Counted.Of(rows.Count, "claim")}, wall time {Pretty.Duration(seconds)}");
    }

    static string[] Cells(ClaimRow row)
    {
        var results = row.Report?.Results ?? [];
        return
        [
            row.Name,
            row.Report?.VerdictText ?? "error",
            Reproduced(results, ContrastRole.Headline),
            Pretty.Duration(row.Seconds),
            row.Report is { } report ? Pretty.Duration(report.ProcessorSeconds) : "-",
        ];
    }

    /// <summary>How many are reproduced of the headlines, which are what the paper says, or of the controls.</summary>
    public static string Reproduced(IEnumerable<ContrastResult> results, ContrastRole role)
    {
        var all = results.Where(r => r.Role == role).ToList();
        return all.Count == 0 ? "-" : $"{all.Count(r => r.Verdict == Verdict.Reproduced)} of {all.Count}";
    }

    /// <summary>A text cut off at a width.</summary>
    public static string Cut(string text, int width) =>
        text.Length <= width ? text : text[..Math.Max(0, width - 3)] + "...";

    static void Measured(Terminal terminal, Claim claim, ClaimReport report)
    {
        var reused = report.Reused == 0 ? "" : $", {report.Reused} of them there already";
        terminal.Line($"  measured: {Counted.Of(report.Seeds, "seed")}, "
            + $"{Counted.Of(claim.Cases.Count, "case")}, {Counted.Of(report.Runs, "run")}{reused}");
        foreach (var line in PlainText.Wrapped($"intervals: {report.Conditions}", terminal.Width - 2))
            terminal.Line($"  {line}");
        foreach (var t in report.Tuned)
            terminal.Line($"  tuned: {(t.Case.Length == 0 ? "" : t.Case + ": ")}{t.Arm} "
                + string.Join(", ", t.Point.Select(p => $"{p.Key} {p.Value}")) + $" of {t.Tried}");
        var table = ClosingTables.Plain();
        ClosingTables.Left(table, "contrast");
        ClosingTables.Left(table, "what");
        ClosingTables.Left(table, "expected");
        ClosingTables.Right(table, "measured");
        ClosingTables.Left(table, "verdict");
        foreach (var r in report.Results)
            table.AddRow(
                new Cell(ClaimReport.Title(r)), new Cell(r.What), new Cell(r.Expected), new Cell(Words.Of(r.Estimate)),
                new Cell(r.Reason.Length == 0 ? Words.Of(r.Verdict) : $"{Words.Of(r.Verdict)}:\n{r.Reason}"));
        terminal.Console.Write(table);
    }
}
