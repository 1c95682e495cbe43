namespace AsyncOpt.Figures;

/// <summary>Lines of very many points, in fewer: no peak is lost.</summary>
static class Thinning
{
    /// <summary>
    /// The same line on paper: of the points within each column, the first, the last, the least and the greatest.
    /// </summary>
    /// <param name="points">Ascending in x.</param>
    /// <param name="columns">How many columns there are from the first x to the last.</param>
    public static IReadOnlyList<PlotPoint> Line(IReadOnlyList<PlotPoint> points, int columns)
    {
        if (points.Count <= 4 * columns)
            return points;
        var thinned = new List<PlotPoint>(4 * columns);
        foreach (var (from, to) in Columns(points, columns))
        {
            var (least, greatest) = (from, from);
            for (var i = from; i < to; i++)
            {
                if (points[i].Y < points[least].Y)
                    least = i;
                if (points[i].Y > points[greatest].Y)
                    greatest = i;
            }
            foreach (var i in new SortedSet<int> { from, least, greatest, to - 1 })
                thinned.Add(points[i]);
        }
        return thinned;
    }

    /// <summary>One edge of a band: in each column the farthest value outwards.</summary>
    /// <param name="points">Ascending in x.</param>
    /// <param name="columns">How many columns there are from the first x to the last.</param>
    /// <param name="isLow">Whether it is the lower edge.</param>
    public static IReadOnlyList<PlotPoint> Edge(IReadOnlyList<PlotPoint> points, int columns, bool isLow)
    {
        if (points.Count <= 4 * columns)
            return points;
        var thinned = new List<PlotPoint>(2 * columns);
        foreach (var (from, to) in Columns(points, columns))
        {
            var values = Enumerable.Range(from, to - from).Select(i => points[i].Y);
            var edge = isLow ? values.Min() : values.Max();
            thinned.Add(points[from] with { Y = edge });
            thinned.Add(points[to - 1] with { Y = edge });
        }
        return thinned;
    }

    // Each column that has points, as a range of them.
    static IEnumerable<(int From, int To)> Columns(IReadOnlyList<PlotPoint> points, int columns)
    {
        var (left, width) = (points[0].X, (points[^1].X - points[0].X) / columns);
        for (var from = 0; from < points.Count;)
        {
            var to = from + 1;
            while (to < points.Count && Column(points[to]) == Column(points[from]))
                to++;
            yield return (from, to);
            from = to;
        }

        // The last point is in the last column.
        double Column(PlotPoint point) => Math.Min(columns - 1, Math.Floor((point.X - left) / width));
    }
}
