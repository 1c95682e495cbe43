using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting;

namespace AsyncOpt.Figures.Tests;

public class MetricPanelTests
{
    static Panel Of(string asked, string over, params FigureArm[] arms) =>
        FigureMaker.Of(arms, [asked], Spent.All.First(s => s.Name == over)).Panels.Single();

    [Fact]
    public void A_line_is_the_mean_over_the_seeds_and_a_band_their_interval()
    {
        double[][] gaps = [[4, 2, 1], [6, 4, 3], [5, 3, 2], [5, 3, 2]];
        var panel = Of("gap", "time", FigureArms.Arm("a", [.. gaps.Select(g => FigureArms.Run(g))]));

        Assert.Equal([new(0, 5), new(1, 3), new(2, 2)], panel.Marks.OfType<Line>().Single().Points);
        var interval = Interval.Of([2, 4, 3, 3], Scale.Log);
        var band = panel.Marks.OfType<Band>().Single();
        Assert.Equal((interval.Low, interval.High), (band.Lows[1].Y, band.Highs[1].Y));
    }

    [Theory]
    [InlineData("updates", 20)]
    [InlineData("samples", 40)]
    [InlineData("bytes", 2000)]
    public void Metrics_are_drawn_over_whatever_was_spent(string over, double last)
    {
        var panel = Of("gap", over, FigureArms.Arm("a", FigureArms.Run([4, 2, 1])));

        Assert.Equal(last, panel.Marks.OfType<Line>().Single().Points[^1].X);
        Assert.Equal((0, last), (panel.X.Low, panel.X.High));
    }

    [Fact]
    public void Seeds_that_went_on_are_drawn_alone_from_where_the_first_one_ended()
    {
        var panel = Of("gap", "time", FigureArms.Arm("a", FigureArms.Run([4, 2]), FigureArms.Run([4, 4, 3, 2])));

        Assert.Equal([new(0, 4), new(1, 3)], panel.Marks.OfType<Line>().Single(l => !l.IsThin).Points);
        Assert.Equal([new(1, 4), new(2, 3), new(3, 2)], panel.Marks.OfType<Line>().Single(l => l.IsThin).Points);
    }

    [Fact]
    public void An_arm_that_diverges_is_marked_and_does_not_crush_the_others()
    {
        var figure = FigureMaker.Of(
            [
                FigureArms.Arm("good", FigureArms.Run([4, 2, 1])),
                FigureArms.Arm("bad", FigureArms.Run([4, 1e8, double.PositiveInfinity], Outcome.Diverged)),
            ],
            ["gap"], Spent.All[0]);
        var panel = figure.Panels[0];

        var end = panel.Marks.OfType<Symbol>().Single();
        Assert.Equal((1, SymbolKind.Diverged, 1.0), (end.Arm, end.Kind, end.At.X));
        Assert.InRange(panel.Y.High, 4, 5);
        Assert.Equal(["good", "bad (diverged)"], figure.Legend.Select(l => l.Text));
    }

    [Fact]
    public void A_logarithmic_axis_has_no_place_for_what_is_not_above_0()
    {
        var panel = Of("gap:log", "time", FigureArms.Arm("a", FigureArms.Run([1, 0.1, 0, -1e-9, 1e-3])));

        Assert.Equal([0, 1, 4], panel.Marks.OfType<Line>().Single().Points.Select(p => p.X));
        Assert.True(panel.Y is { IsLog: true, Low: > 5e-4 and < 1e-3, High: > 1 });
    }

    [Fact]
    public void Bands_of_few_seeds_are_called_their_range()
    {
        var few = FigureMaker.Of([FigureArms.Arm("a", FigureArms.Run([1]), FigureArms.Run([2]))], ["gap"], Spent.All[0]);
        var many = FigureMaker.Of(
            [FigureArms.Arm("a", [.. Enumerable.Range(1, 5).Select(k => FigureArms.Run([k, k]))])], ["gap"], Spent.All[0]);

        Assert.Equal("bands: range of 2 seeds", few.Note);
        Assert.Equal("bands: 95 % confidence of the mean over 5 seeds", many.Note);
    }

    [Fact]
    public void A_metric_that_the_runs_do_not_have_is_refused_with_those_that_they_have()
    {
        var e = Assert.Throws<InputException>(() => Of("gaps", "time", FigureArms.Arm("a", FigureArms.Run([1]))));

        Assert.Contains("'gaps'", e.Message);
        Assert.Contains("gap", e.Message[(e.Message.IndexOf("gaps", StringComparison.Ordinal) + 5)..]);
    }
}
