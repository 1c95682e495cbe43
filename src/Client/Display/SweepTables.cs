using AsyncOpt.Client.Running;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Reporting;
using Spectre.Console;
using Cell = Spectre.Console.Text;
using Text = AsyncOpt.Reporting.Text;

namespace AsyncOpt.Client.Display;

/// <summary>One arm of a sweep's file under one condition: all points that were tried, and the best of them.</summary>
/// <param name="Arm">The arm's name; of a file without arms, its method's.</param>
/// <param name="Condition">The condition; empty where none is studied.</param>
/// <param name="Scores">What each point scored.</param>
/// <param name="Best">The best; null where every point failed, or where runs are missing.</param>
sealed record TunedArm(
    string Arm, IReadOnlyList<GridValue> Condition, IReadOnlyList<SweepScore> Scores, SweepBest? Best);

/// <summary>The tables that close a sweep.</summary>
/// <param name="sweep">How its arms are judged.</param>
/// <param name="scale">The scale of what is judged.</param>
sealed class SweepTables(Sweep sweep, Scale scale)
{
    // What the look of tables takes for each column.
    const int Gap = 2;

    /// <summary>The name of the arm of the file that an arm of its sweep varies.</summary>
    public static string ArmOf(Arm arm) => arm.Base.Length > 0 ? arm.Base : arm.Method.Name;

    /// <summary>What was tuned.</summary>
    /// <param name="results">The runs.</param>
    /// <param name="isComplete">Whether no run is missing; else nothing is best.</param>
    public List<TunedArm> Tuned(IReadOnlyList<Result> results, bool isComplete) =>
    [
        .. from arm in results.GroupBy(r => r.Job.Arm)
           let score = new SweepScore(arm.Key.Name, arm.Key.Point, [.. arm.Select(r => sweep.Score(r.Record))])
           group (Arm: arm.Key, Score: score) by (ArmOf(arm.Key), GridValue.Line(arm.Key.Condition)) into tuned
           let scores = tuned.Select(t => t.Score).ToList()
           select new TunedArm(
               tuned.Key.Item1, tuned.First().Arm.Condition, scores, isComplete ? Sweep.Pick(scores) : null),
    ];

    /// <summary>
    /// Every point of every arm: a column for the arm and for each key, where there is room; else points have numbers.
    /// </summary>
    /// <param name="tuned">The arms.</param>
    /// <param name="width">Columns of text there is room for.</param>
    /// <returns>The table, and what each number stands for, a line each; none where there are no numbers.</returns>
    public (Table Table, IReadOnlyList<string> Legend) Points(IReadOnlyList<TunedArm> tuned, int width)
    {
        var rows = tuned.SelectMany(t => t.Scores, (arm, score) => (Arm: arm, Score: score)).ToList();
        string[] titles = ["arm", .. KeysOf(tuned[0].Condition), .. KeysOf(tuned[0].Scores[0].Point)];
        List<string[]> tried =
        [
            .. rows.Select(r => (string[])
                [r.Arm.Arm, .. r.Arm.Condition.Select(v => v.Text), .. r.Score.Point.Select(v => v.Text)]),
        ];
        List<string[]> found =
            [.. rows.Select(r => (string[])[Scored(r.Score), Mark(r.Arm.Best, r.Score)])];
        string[] all = [.. titles, What, ""];
        var needed = all.Select((title, c) => Gap + Math.Max(
            title.Length, rows.Index().Max(r => tried[r.Index].Concat(found[r.Index]).ElementAt(c).Length))).Sum();
        List<string> legend = [];
        if (needed > width)
        {
            legend = [.. rows.Select((r, i) => $"{i + 1}: {r.Score.Arm}")];
            (titles, tried) = (["point"], [.. rows.Select((_, i) => (string[])[$"{i + 1}"])]);
        }
        var table = ClosingTables.Plain();
        ClosingTables.Title(table, [.. rows.Where(r => FailedOf(r.Score) == 0).Select(r => IntervalOf(r.Score))]);
        foreach (var title in titles)
            ClosingTables.Left(table, title);
        ClosingTables.Right(table, What);
        ClosingTables.Left(table, "");
        foreach (var (t, f) in tried.Zip(found))
            table.AddRow([.. t.Concat(f).Select(cell => new Cell(cell))]);
        return (table, legend);
    }

    static IEnumerable<string> KeysOf(IEnumerable<GridValue> values) => values.Select(v => v.Key);

    /// <summary>The best of each arm under each condition: conditions down, arms across.</summary>
    /// <param name="tuned">The arms, under at least one condition.</param>
    public Table Matrix(IReadOnlyList<TunedArm> tuned)
    {
        var arms = tuned.Select(t => t.Arm).Distinct().ToList();
        var table = ClosingTables.Plain();
        foreach (var value in tuned[0].Condition)
            ClosingTables.Left(table, value.Key);
        foreach (var arm in arms)
            ClosingTables.Left(table, $"{arm}\n{What}");
        foreach (var row in tuned.GroupBy(t => GridValue.Line(t.Condition)))
        {
            var cells = row.First().Condition.Select(v => v.Text).Concat(arms.Select(a => Best(row, a)));
            table.AddRow([.. cells.Select(cell => new Cell(cell))]);
        }
        return table;
    }

    /// <summary>
    /// One run a line: what was tried under which condition, one key a column and times in seconds, what it scored,
    /// whether its point is the best of its arm under its condition, how it ended.
    /// </summary>
    public void Write(TextWriter to, IReadOnlyList<Result> results, IReadOnlyList<TunedArm> tuned)
    {
        var best = tuned.Select(t => t.Best?.Score.Arm).ToHashSet(StringComparer.Ordinal);
        var first = results[0].Job.Arm;
        var keys = first.Condition.Concat(first.Point).Select(v => v.Key);
        string[] titles = ["arm", .. keys, "seed", "value", "best", "outcome"];
        to.Write(string.Join(',', titles.Select(Text.Field)) + "\n");
        foreach (var ((_, arm, repetition, _), record) in results)
        {
            var tried = arm.Condition.Concat(arm.Point).Select(v => v.Cell).Prepend(ArmOf(arm)).Select(Text.Field);
            to.Write($"{string.Join(',', tried)},{repetition},{Text.Number(Value(sweep.Score(record)))},"
                + $"{(best.Contains(arm.Name) ? "yes" : "no")},{Text.Of(record.Outcome)}\n");
        }
    }

    // Where all are equal, none is best.
    static string Mark(SweepBest? best, SweepScore score) => best is { AreAllEqual: false } && best.Score == score
        ? "best"
        : "";

    string What => sweep.Best.At == BestAt.TimeToTarget ? "time to target" : sweep.Best.Metric;

    string Best(IEnumerable<TunedArm> row, string arm) => row.FirstOrDefault(t => t.Arm == arm) switch
    {
        null => "not run",
        { Best: { } best } => $"{Scored(best.Score)}\n{GridValue.Line(best.Score.Point)}",
        var all => all.Scores.All(s => double.IsPositiveInfinity(s.Mean)) ? "every point failed" : "not complete",
    };

    string Scored(SweepScore score) => FailedOf(score) is > 0 and var failed
        ? $"{failed} of {score.Scores.Count} {(sweep.Best.At == BestAt.TimeToTarget ? "did not reach it" : "failed")}"
        : Pretty.Of(IntervalOf(score));

    static int FailedOf(SweepScore score) => score.Scores.Count(s => !double.IsFinite(s));

    Interval IntervalOf(SweepScore score) => Interval.Of([.. score.Scores.Select(Value)], scale);

    // A failed run has no value, however scores are signed.
    double Value(double score) => double.IsFinite(score) ? sweep.Value(score) : double.NaN;
}
