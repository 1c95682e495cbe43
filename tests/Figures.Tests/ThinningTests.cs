namespace AsyncOpt.Figures.Tests;

public class ThinningTests
{
    [Fact]
    public void A_single_peak_among_very_many_points_is_kept()
    {
        List<PlotPoint> points = [.. Enumerable.Range(0, 100_000).Select(k => new PlotPoint(k, k == 54_321 ? 9 : k == 12_345 ? -9 : 0))];

        var thinned = Thinning.Line(points, 200);

        Assert.InRange(thinned.Count, 1, 804);
        Assert.Contains(new PlotPoint(54_321, 9), thinned);
        Assert.Contains(new PlotPoint(12_345, -9), thinned);
        Assert.Equal((points[0], points[^1]), (thinned[0], thinned[^1]));
        Assert.Equal(thinned.OrderBy(p => p.X), thinned);
    }

    [Fact]
    public void An_edge_of_a_band_is_moved_outwards_only()
    {
        List<PlotPoint> points = [.. Enumerable.Range(0, 10_000).Select(k => new PlotPoint(k, k % 17))];

        var (low, high) = (Thinning.Edge(points, 100, isLow: true), Thinning.Edge(points, 100, isLow: false));

        Assert.All(low, p => Assert.Equal(0, p.Y));
        Assert.All(high, p => Assert.Equal(16, p.Y));
        Assert.Equal((0.0, 9999.0), (low[0].X, low[^1].X));
    }

    [Fact]
    public void A_line_of_few_points_stays_as_it_is()
    {
        List<PlotPoint> points = [new(0, 1), new(1, 5), new(2, 3)];

        Assert.Same(points, Thinning.Line(points, 100));
    }
}
