using AsyncOpt.Core.Runs;
using AsyncOpt.Grains.Runs;

namespace AsyncOpt.Grains.Tests.Runs;

public class ProgressLogTests
{
    [Fact]
    public void Pages_go_on_after_their_cursor_and_the_oldest_lines_fall_out()
    {
        var log = new ProgressLog(attempt: 0, kept: 300);
        for (var i = 1; i <= 1000; i++)
            log.Add(Line(i));

        var first = log.After(0);
        var second = log.After(first[^1].Cursor);

        Assert.Equal(Enumerable.Range(701, 200).Select(i => (long)i), first.Select(l => l.Cursor));
        Assert.Equal(Enumerable.Range(901, 100).Select(i => (long)i), second.Select(l => l.Cursor));
        Assert.Contains("\"events\":1000,", second[^1].Json);
        Assert.Empty(log.After(1000));
        Assert.Equal(1000, log.Last!.Events);
    }

    [Fact]
    public void A_later_attempt_has_later_cursors()
    {
        var (first, second) = (new ProgressLog(0, 10), new ProgressLog(1, 10));
        first.Add(Line(1));
        second.Add(Line(2));

        var known = first.After(0)[^1].Cursor;

        Assert.Equal(2, Events(second.After(known)));
        Assert.Empty(first.After(second.After(known)[^1].Cursor));
    }

    [Fact]
    public async Task Waiting_ends_with_the_next_line()
    {
        var log = new ProgressLog(0, 10);
        var waiting = log.Next(0, Patience.Limit);
        Assert.False(waiting.IsCompleted);

        log.Add(Line(1));

        await waiting.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
        Assert.True(log.Next(0, Patience.Limit).IsCompleted);
    }

    static RunProgress Line(long events) => new(double.NaN, 0, events, 0, []);

    static long Events(IReadOnlyList<ProgressLine> lines) =>
        Reporting.Gateway.GatewayJson.Read<RunProgress>(lines[^1].Json).Events;
}
