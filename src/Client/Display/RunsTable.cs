using System.Globalization;
using AsyncOpt.Reporting.Gateway;
using Spectre.Console;
using Spectre.Console.Rendering;
using Cell = Spectre.Console.Text;

namespace AsyncOpt.Client.Display;

/// <summary>The runs of a silo.</summary>
static class RunsTable
{
    /// <summary>A run a line.</summary>
    public static IRenderable Of(IReadOnlyList<RunStatus> runs)
    {
        var table = ClosingTables.Plain();
        foreach (var title in (string[])["run", "experiment", "arm"])
            ClosingTables.Left(table, title);
        ClosingTables.Right(table, "seed");
        ClosingTables.Left(table, "mode");
        ClosingTables.Left(table, "state");
        ClosingTables.Right(table, "done");
        ClosingTables.Right(table, "virtual time");
        ClosingTables.Left(table, "submitted");
        foreach (var run in runs)
            table.AddRow(
                new Cell(run.Id), new Cell(run.Name), new Cell(run.Arm), new Cell($"{run.Repetition}"),
                new Cell(Word(run.Mode)), new Cell(StateOf(run)), new Cell(Share(run)),
                new Cell(run.Last is { } last ? $"{Pretty.Number(last.VirtualTime, 3)} s" : ""),
                new Cell(run.Submitted.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)));
        return table;
    }

    /// <summary>Where a run stands, and why.</summary>
    public static string Sentence(RunStatus run) =>
        $"run {run.Id} ({run.Name}, {run.Arm}, seed-{run.Repetition}, {Word(run.Mode)}): {StateOf(run)}"
        + (run.IsOver || run.Last is not { } last ? "" : $", {Share(run)} t = {Pretty.Number(last.VirtualTime, 3)} s")
        + (run.Attempts > 1 ? $", begun {run.Attempts} times" : "")
        + (run.Reason is null ? "" : $": {run.Reason}");

    static string StateOf(RunStatus run) => run is { State: RunState.Ended, Outcome: { } outcome }
        ? AsyncOpt.Reporting.Text.Of(outcome)
        : Word(run.State);

    static string Share(RunStatus run) => run switch
    {
        { State: RunState.Ended } => "100 %",
        { Last: { } last } when double.IsFinite(last.Share) => $"{100 * last.Share:0} %",
        _ => "",
    };

    static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
