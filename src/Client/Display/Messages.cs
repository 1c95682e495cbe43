using System.Text.RegularExpressions;
using AsyncOpt.Client.Running;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Experiments.Specification;
using AsyncOpt.Reporting;

namespace AsyncOpt.Client.Display;

/// <summary>What is said beside tables.</summary>
static partial class Messages
{
    /// <summary>Whether a run that ended so did what was asked.</summary>
    public static bool IsGood(Outcome outcome) =>
        outcome is Outcome.BudgetSpent or Outcome.TargetReached or Outcome.Completed;

    /// <summary>What is dubious before anything runs: each warning once, with the arms it concerns.</summary>
    public static void Warnings(Terminal terminal, IReadOnlyList<Arm> arms) =>
        Each(
            arms.SelectMany(a => a.Warnings.Select(w => ($"warning: {w}", a.Name))), arms.Count,
            terminal.Error.WriteLine);

    /// <summary>What runs warn of that was not known before.</summary>
    public static void Warnings(Terminal terminal, IReadOnlyList<Result> results) =>
        Each(
            results.SelectMany(r => r.Record.Warnings.Except(r.Job.Arm.Warnings)
                .Select(w => ($"warning: {w}", r.Job.Arm.Name))),
            results.Select(r => r.Job.Arm.Name).Distinct().Count(), terminal.Error.WriteLine);

    /// <summary>What the predictions of diagnostics rest on, each once, with the arms it concerns.</summary>
    public static void Conditions(Terminal terminal, IReadOnlyList<Arm> arms) =>
        Each(arms.SelectMany(a => a.Conditions.Select(c => (c, a.Name))), arms.Count, terminal.Line);

    /// <summary>Each line once, with the arms it holds for.</summary>
    /// <param name="lines">Lines and their arms; both may come more than once.</param>
    /// <param name="arms">How many arms there are.</param>
    /// <param name="say">Told each line.</param>
    public static void Each(IEnumerable<(string Text, string Arm)> lines, int arms, Action<string> say)
    {
        foreach (var line in lines.GroupBy(l => l.Text))
        {
            List<string> concerned = [.. line.Select(l => l.Arm).Distinct()];
            var inAll = arms > 1 && concerned.Count == arms;
            say(line.Key + (inAll ? " (in all arms)" : Diagnostics.Whose(concerned, arms)));
        }
    }

    /// <summary>Writes the table of runs.</summary>
    /// <returns>Its path.</returns>
    /// <exception cref="Core.StorageException">It cannot be written.</exception>
    public static string Runs(string output, IReadOnlyList<Result> results)
    {
        var path = Path.Combine(output, SummaryTables.RunsFile);
        AtomicFile.Write(path, to => SummaryTables.Runs(
            to, [.. results.Select(r => (r.Job.Arm.Name, r.Job.Repetition, r.Record))]));
        return path;
    }

    /// <summary>What was written, how long it took, what ended badly.</summary>
    /// <param name="terminal">Where to write.</param>
    /// <param name="results">The runs made.</param>
    /// <param name="planned">How many there should have been.</param>
    /// <param name="output">The folder of run folders.</param>
    /// <param name="tables">Paths of tables written.</param>
    /// <param name="wallTime">What the wall time went to.</param>
    /// <param name="isResumable">Whether interrupted runs have left checkpoints.</param>
    /// <returns>The exit code.</returns>
    public static int Close(
        Terminal terminal, IReadOnlyList<Result> results, int planned, string output, IEnumerable<string> tables,
        string wallTime, bool isResumable = false)
    {
        var folders = results is [var only] ? only.Job.Folder : Path.Combine(output, "ARM", "seed-K");
        terminal.Line($"{Counted.Of(results.Count, "run folder")}: {folders}");
        foreach (var table in tables)
            terminal.Line(table);
        terminal.Line(wallTime);

        var bad = results.Where(r => !IsGood(r.Record.Outcome) && r.Job.Arm.File.Expect?.Outcome != r.Record.Outcome)
            .ToList();
        var unmet = results.SelectMany(r => (r.Record.Unmet ?? []).Select(what => (r, "not as expected", what)))
            .ToList();
        foreach (var line in (string[])[.. Endings(bad), .. Alike(unmet)])
            terminal.Error.WriteLine(line);
        var missing = planned - results.Count(r => r.Record.Outcome != Outcome.Cancelled);
        if (missing > 0)
            terminal.Error.WriteLine(Counted.Part(missing, planned, "run", "is missing", "are missing")
                + (isResumable
                    ? $"; to go on from the last checkpoints: asyncopt resume {output}"
                    : $"; the same command makes {(missing == 1 ? "it" : "them")}"));
        return missing > 0 ? ExitCode.Failed
            : unmet.Count > 0 ? ExitCode.NotAsExpected
            : bad.Count > 0 ? ExitCode.Failed : ExitCode.Ok;
    }

    /// <summary>
    /// How runs ended that ended badly; those of an arm that ended alike, perhaps at other times, are one line.
    /// </summary>
    public static IEnumerable<string> Endings(IReadOnlyList<Result> bad) =>
        Alike(bad.Select(r => (r, Text.Of(r.Record.Outcome), r.Record.Reason)));

    static IEnumerable<string> Alike(IEnumerable<(Result Run, string Ending, string Reason)> endings)
    {
        foreach (var alike in endings.GroupBy(
            e => (e.Run.Job.Arm.Name, e.Ending, Numbers().Replace(e.Reason, "#"))))
        {
            var ((job, _), ending, reason) = alike.First();
            var seeds = $"(seeds {Ranges([.. alike.Select(e => e.Run.Job.Repetition).Order()])})";
            yield return alike.Count() == 1 ? $"{job.Label}: {ending}: {reason}"
                : alike.All(e => e.Reason == reason)
                    ? $"{alike.Key.Name}: {alike.Count()} runs {ending}: {reason} {seeds}"
                    : $"{alike.Key.Name}: {alike.Count()} runs {ending} {seeds}, such as seed-{job.Repetition}: "
                        + reason;
        }
    }

    [GeneratedRegex(@"\d+(\.\d+)?(e-?\d+)?", RegexOptions.IgnoreCase)]
    private static partial Regex Numbers();

    // 0 to 3, 7, 8, 10 to 19
    static string Ranges(IReadOnlyList<int> numbers)
    {
        var parts = new List<string>();
        for (var i = 0; i < numbers.Count;)
        {
            var from = i;
            while (++i < numbers.Count && numbers[i] == numbers[i - 1] + 1)
            {
            }
            parts.Add((i - from) switch
            {
                1 => $"{numbers[from]}",
                2 => $"{numbers[from]}, {numbers[i - 1]}",
                _ => $"{numbers[from]} to {numbers[i - 1]}",
            });
        }
        return string.Join(", ", parts);
    }
}
