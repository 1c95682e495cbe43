namespace AsyncOpt.Figures.Tests;

public class StalenessPanelTests
{
    [Fact]
    public void Steps_have_the_share_of_all_updates_of_all_seeds()
    {
        var arm = FigureArms.Arm(
            "a", FigureArms.Run([1], staleness: [1, 3]), FigureArms.Run([1], staleness: [3, 0, 0, 3]));
        var panel = FigureMaker.Of([arm], ["staleness"], Spent.All[0]).Panels.Single();

        var steps = panel.Marks.OfType<Line>().Single().Points;
        Assert.Equal([40, 40, 30, 30, 0, 0, 30, 30], steps.Select(p => p.Y));
        Assert.Equal([0, 1, 1, 2, 2, 3, 3, 4], steps.Select(p => p.X));
    }

    [Fact]
    public void An_arm_that_is_never_stale_is_named_and_not_drawn()
    {
        var panel = FigureMaker.Of(
            [FigureArms.Arm("sync", FigureArms.Run([1], staleness: [9])), FigureArms.Arm("async", FigureArms.Run([1], staleness: [1, 1]))],
            ["staleness"], Spent.All[0]).Panels.Single();

        Assert.Equal("sync: always 0", panel.Remark);
        Assert.Equal([1], panel.Marks.OfType<Line>().Select(l => l.Arm));
    }

    [Fact]
    public void A_few_very_stale_updates_do_not_crush_the_axis()
    {
        long[] counts = [.. Enumerable.Repeat(100L, 10), .. new long[5000], 1];
        var panel = FigureMaker.Of(
            [FigureArms.Arm("a", FigureArms.Run([1], staleness: counts))], ["staleness"], Spent.All[0]).Panels.Single();

        Assert.Equal(10, panel.X.High);
    }
}
