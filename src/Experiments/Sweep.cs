using System.Globalization;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments.Specification;

namespace AsyncOpt.Experiments;

/// <summary>One value of one key of a sweep's grid.</summary>
/// <param name="Key">The key path.</param>
/// <param name="Text">The value as the arm's name shows it.</param>
/// <param name="Node">The value.</param>
public sealed record GridValue(string Key, string Text, SpecNode Node)
{
    /// <summary>The value as a number; null where it is none.</summary>
    public double? Number => Node is SpecScalar scalar && Scalars.LooksLikeNumber(scalar.Value)
        ? (double?)Scalars.Read(scalar.Value, typeof(double), isTime: true)
        : null;

    /// <summary>The value for a table: a number, of times in seconds, or what its name shows.</summary>
    public string Cell => Number is { } number ? number.ToString("R", CultureInfo.InvariantCulture) : Text;

    /// <summary>Keys and values as a line shows them.</summary>
    public static string Line(IEnumerable<GridValue> values) =>
        string.Join(", ", values.Select(v => $"{v.Key} {v.Text}"));
}

/// <summary>What one arm of a sweep reached.</summary>
/// <param name="Arm">Its name.</param>
/// <param name="Point">The values it tried.</param>
/// <param name="Scores">The score of each repetition, less is better; +infinity for one that failed.</param>
public sealed record SweepScore(string Arm, IReadOnlyList<GridValue> Point, IReadOnlyList<double> Scores)
{
    /// <summary>The mean over repetitions; +infinity where one failed, or there is none.</summary>
    public double Mean =>
        Scores.Count > 0 && Scores.All(double.IsFinite) ? Scores.Average() : double.PositiveInfinity;
}

/// <summary>The best arm of a sweep.</summary>
/// <param name="Score">The arm.</param>
/// <param name="EdgeKeys">
/// The keys whose value is the least or greatest that was tried: better ones may lie beyond.
/// </param>
/// <param name="Ties">The other arms that reached the same.</param>
/// <param name="Tried">How many arms were tried.</param>
public sealed record SweepBest(
    SweepScore Score, IReadOnlyList<string> EdgeKeys, IReadOnlyList<SweepScore> Ties, int Tried)
{
    /// <summary>Whether several were tried, and all reached the same.</summary>
    public bool AreAllEqual => Tried > 1 && Ties.Count + 1 == Tried;
}

/// <summary>Judges a sweep: comparing methods that were not tuned alike means nothing. Pure functions.</summary>
/// <param name="best">What is best.</param>
/// <param name="isBetterAbove">Whether more of its metric is better.</param>
public sealed class Sweep(BestOptions best, bool isBetterAbove = false)
{
    /// <summary>What is best.</summary>
    public BestOptions Best => best;

    /// <summary>The score of a run: less is better; +infinity where it diverged or never came to a value.</summary>
    public double Score(RunRecord run)
    {
        if (run.Outcome is Outcome.Diverged or Outcome.Stalled or Outcome.Cancelled)
            return double.PositiveInfinity;
        if (best.At == BestAt.TimeToTarget)
            return run.TimeToTarget ?? double.PositiveInfinity;
        var sign = isBetterAbove ? -1 : 1;
        var values = run.Metrics.Where(p => p.Metric == best.Metric).Select(p => sign * p.Value).ToList();
        if (values.Count == 0 || values.Exists(double.IsNaN))
            return double.PositiveInfinity;
        return best.At == BestAt.Min ? values.Min() : values[^1];
    }

    /// <summary>A score as the user reads it: of a metric where more is better, the metric itself.</summary>
    public double Value(double score) =>
        best.At != BestAt.TimeToTarget && isBetterAbove ? -score : score;

    /// <summary>The arm with the least mean, the first of equals; null where every arm failed.</summary>
    /// <param name="scores">The arms that varied one arm of the file.</param>
    public static SweepBest? Pick(IReadOnlyList<SweepScore> scores)
    {
        var first = scores.MinBy(s => s.Mean);
        if (first is null || double.IsPositiveInfinity(first.Mean))
            return null;
        return new SweepBest(
            first, [.. first.Point.Where(v => IsOnEdge(v, scores)).Select(v => v.Key)],
            [.. scores.Where(s => s != first && s.Mean == first.Mean)], scores.Count);
    }

    // Of one value there is no telling; of words there is no order.
    static bool IsOnEdge(GridValue value, IReadOnlyList<SweepScore> scores)
    {
        var tried = scores.SelectMany(s => s.Point).Where(v => v.Key == value.Key)
            .Select(v => v.Number).Distinct().ToList();
        return tried.Count > 1 && !tried.Contains(null) && (value.Number == tried.Min() || value.Number == tried.Max());
    }

    /// <summary>One line on the best arm, for the closing table.</summary>
    public string Describe(SweepBest found)
    {
        var what = best.At switch
        {
            BestAt.End => $"{best.Metric} at the end",
            BestAt.Min => $"best {best.Metric}",
            _ => "time to target",
        };
        var value = Counted.Digits(Value(found.Score.Mean), 4);
        var ties = found.Ties.Count + 1;
        if (found.AreAllEqual)
            return $"{found.Score.Arm}: {what} {value}; all {ties} points of the grid are equal: this is the first";
        var tie = ties == 1 ? "" : $"; the first of {ties} equal ones, such as {found.Ties[0].Arm}";
        var edge = found.EdgeKeys.Count == 0
            ? ""
            : $"; on the edge of the grid in {string.Join(", ", found.EdgeKeys)}: better values may lie beyond";
        return $"{found.Score.Arm}: {what} {value}{tie}{edge}";
    }
}
