using AsyncOpt.Core.Runs;

namespace AsyncOpt.Figures.Tests;

public class AgePanelTests
{
    [Fact]
    public void A_bar_has_the_three_parts_of_the_mean_age_one_after_the_other()
    {
        // 4 updates and 1: mean (8 + 2) / 5 s of compute, 1 / 5 s of wire, nothing of queue.
        var arm = FigureArms.Arm(
            "a",
            FigureArms.Run([1], staleness: [4]) with { Age = new AgeRecord(8, 1, 0) },
            FigureArms.Run([1], staleness: [1]) with { Age = new AgeRecord(2, 0, 0) });

        var panel = FigureMaker.Of([arm, FigureArms.Arm("b", FigureArms.Run([1]))], ["age"], Spent.All[0]).Panels.Single();

        var boxes = panel.Marks.OfType<Box>().Where(b => b.Arm == 0).ToList();
        Assert.Equal([(0.0, 2.0), (2.0, 2.2)], boxes.Select(b => (b.From.X, b.To.X)));
        Assert.True(boxes[0].Opacity > boxes[1].Opacity);
        Assert.Equal([new Tick(1, "a"), new Tick(0, "b")], panel.Y.Ticks());
        Assert.All(boxes, b => Assert.InRange(1, b.From.Y, b.To.Y));
    }
}
