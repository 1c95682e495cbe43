using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting;

namespace AsyncOpt.Figures.Tests;

public sealed class TimelinePanelTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    FigureArm Arm(params TimelineSpan[] spans)
    {
        var record = FigureArms.Run([1]) with
        {
            Timeline = spans,
            TimelineAgents = [(0, "server", 0), (1, "worker", 0), (2, "worker", 1)],
        };
        using (var file = File.Create(TimelineFile.PathIn(_folder)))
            TimelineFile.Write(file, record);
        return FigureArms.Arm("a", record) with { Folders = [_folder] };
    }

    [Fact]
    public void Each_agent_has_a_row_with_what_it_did_as_the_file_has_it()
    {
        var panel = FigureMaker.Of(
            [Arm(
                new(1, "compute", "f.grad", 1_000_000_001, 2_500_000_000, -1), new(0, "wire", "gradient", 1, 5, 1),
                new(2, "down", "down", 0, 3_000_000_000, -1))],
            ["timeline"], Spent.All[0]).Panels.Single();

        Assert.Equal(["0", "1", "2"], panel.Y.Ticks().Select(t => t.Label));
        Assert.Equal([2, 1, 0], panel.Y.Ticks().Select(t => t.Value));
        var boxes = panel.Marks.OfType<Box>().OrderByDescending(b => b.Opacity).ToList();
        Assert.Equal([(1.000000001, 2.5), (0, 3)], boxes.Select(b => (b.From.X, b.To.X)));
        Assert.InRange(1, boxes[0].From.Y, boxes[0].To.Y);
        Assert.InRange(0, boxes[1].From.Y, boxes[1].To.Y);
        Assert.Equal(3, panel.X.High);
    }

    [Fact]
    public void Of_a_long_run_the_start_is_shown()
    {
        var spans = Enumerable.Range(0, 5000)
            .Select(k => new TimelineSpan(1, "compute", "f", k * 1_000_000L, (k + 1) * 1_000_000L, -1)).ToArray();

        var panel = FigureMaker.Of([Arm(spans)], ["timeline"], Spent.All[0]).Panels.Single();

        Assert.Equal((0.24, 240), (panel.X.High, panel.Marks.Count));
    }

    [Fact]
    public void Several_arms_or_no_timeline_are_refused_with_what_to_do()
    {
        var one = FigureArms.Arm("a", FigureArms.Run([1])) with { Folders = [_folder] };

        Assert.Contains("--arms", Assert.Throws<InputException>(
            () => FigureMaker.Of([one, one], ["timeline"], Spent.All[0])).Message);
        Assert.Contains("timeline-agents", Assert.Throws<InputException>(
            () => FigureMaker.Of([one], ["timeline"], Spent.All[0])).Message);
        File.WriteAllText(TimelineFile.PathIn(_folder), "{\"traceEvents\": [{\"ph\": 3}]}");
        Assert.Contains("is no timeline", Assert.Throws<DamagedRunException>(
            () => FigureMaker.Of([one], ["timeline"], Spent.All[0])).Message);
    }
}
