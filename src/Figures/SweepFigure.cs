using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting;

namespace AsyncOpt.Figures;

/// <summary>
/// What a sweep tried, and what each point scored: a line for each arm and condition over the last key of the grid,
/// with the best of each filled.
/// </summary>
public static class SweepFigure
{
    const double LogFrom = 5;

    /// <summary>Whether a folder is that of a sweep.</summary>
    public static bool Is(string folder) => File.Exists(PathIn(folder));

    /// <summary>Reads a sweep's table.</summary>
    /// <param name="folder">The sweep's folder.</param>
    /// <exception cref="InputException">The table cannot be read, or its last key is no number.</exception>
    public static Figure Read(string folder)
    {
        var path = PathIn(folder);
        var table = CsvTable.Read(path, ["arm", "seed", "value", "best", "outcome"], "the table of a sweep");
        // arm, keys, seed, value, best, outcome
        var keys = table.Columns.Skip(1).TakeWhile(c => c != "seed").ToList();
        if (keys.Count == 0)
            throw new InputException($"{path}: the sweep has no key that could be drawn along the axis");
        var tried = table.Rows.Select(row => Tried.Of(table, row, keys)).ToList();
        var series = tried.GroupBy(t => t.Series).ToList();
        var values = tried.Where(t => double.IsFinite(t.Value)).ToList();
        if (values.Count == 0)
            throw new InputException($"{path}: every point failed, so there is nothing to draw");
        var marks = new List<Mark>();
        foreach (var (k, one) in series.Index())
            marks.AddRange(Marks(k, [.. one]));
        var points = marks.SelectMany(PointsOf).ToList();
        var failed = tried.Count(t => !double.IsFinite(t.Value));
        return new Figure
        {
            Description = $"AsyncOpt sweep {Path.GetFileName(Path.GetFullPath(folder))}, {tried.Count} runs",
            Legend = [.. series.Select(s => new LegendEntry(s.Key, ""))],
            Note = "bands: 95 % confidence of the mean, of less than 4 seeds the range; filled: the best",
            Panels =
            [
                new Panel(
                    $"what each {keys[^1]} scored", AxisOf(keys[^1], [.. points.Select(p => p.X)]),
                    AxisOf("score", [.. points.Select(p => p.Y)]), [.. marks.OrderBy(m => m is not Band)])
                {
                    Remark = failed > 0 ? $"{failed} of {tried.Count} runs failed" : null,
                },
            ],
        };
    }

    static string PathIn(string folder) => Path.Combine(folder, SummaryTables.SweepFile);

    static IEnumerable<PlotPoint> PointsOf(Mark mark) => mark switch
    {
        Line line => line.Points,
        Band band => band.Lows.Concat(band.Highs),
        _ => [],
    };

    // A point some of whose runs failed has no score.
    static IEnumerable<Mark> Marks(int arm, List<Tried> tried)
    {
        var scored = tried.GroupBy(t => t.X).OrderBy(g => g.Key).Where(g => g.All(t => double.IsFinite(t.Value)))
            .Select(g => (
                X: g.Key, Score: Interval.Of([.. g.Select(t => t.Value)], Scale.Linear), Best: g.First().IsBest))
            .ToList();
        if (scored.Count == 0)
            yield break;
        yield return new Band(arm, Points(i => i.Low), Points(i => i.High));
        yield return new Line(arm, Points(i => i.Mean));
        foreach (var (x, score, best) in scored)
            yield return new Symbol(arm, new PlotPoint(x, score.Mean), best ? SymbolKind.Best : SymbolKind.Tried);

        List<PlotPoint> Points(Func<Interval, double> end) => [.. scored.Select(s => new PlotPoint(s.X, end(s.Score)))];
    }

    static Axis AxisOf(string label, List<double> values)
    {
        var (low, high) = (values.Min(), values.Max());
        if (low > 0 && high > LogFrom * low)
            return new Axis(label + ", log scale", low / 1.2, high * 1.2, IsLog: true);
        var margin = high > low ? 0.06 * (high - low) : Math.Max(1, Math.Abs(high)) * 0.06;
        return new Axis(label, low - margin, high + margin);
    }

    sealed record Tried(string Series, double X, double Value, bool IsBest)
    {
        public static Tried Of(CsvTable table, string[] row, List<string> keys)
        {
            var others = keys.SkipLast(1).Select(k => $"{k}={table.Text(row, k)}");
            return new Tried(
                string.Join(", ", others.Prepend(table.Text(row, "arm"))), table.Number(row, keys[^1]),
                table.Number(row, "value"), table.Text(row, "best") == "yes");
        }
    }
}
