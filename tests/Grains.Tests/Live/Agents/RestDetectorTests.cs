using AsyncOpt.Grains.Live.Agents;

namespace AsyncOpt.Grains.Tests.Live.Agents;

/// <summary>When a live run has come to rest.</summary>
public class RestDetectorTests
{
    static readonly TimeSpan Long = TimeSpan.FromSeconds(5);

    static Rest Observe(RestDetector rest, double seconds, LiveReport report) =>
        rest.Observe(report, TimeSpan.FromSeconds(seconds));

    // As many rounds as are needed, in no time.
    static void Pass(RestDetector rest, LiveReport report)
    {
        for (var round = 1; round < RestDetector.RoundsMin; round++)
            Assert.Equal(Rest.Busy, Observe(rest, 0, report));
    }

    [Fact]
    public void Two_equal_rounds_with_everything_accounted_for_are_rest()
    {
        var rest = new RestDetector(Long);
        var report = new LiveReport { Sent = 5, Received = 3, Lost = 2, Handled = 9 };

        Assert.Equal(Rest.Busy, Observe(rest, 0, report));
        Assert.Equal(Rest.Quiescent, Observe(rest, 0.02, report));
    }

    [Fact]
    public void What_is_pending_on_its_way_or_counted_anew_is_no_rest()
    {
        var rest = new RestDetector(Long);
        LiveReport[] busy =
        [
            new() { Timers = 1 }, new() { Computations = 1 }, new() { Waiting = 1 },
            new() { Delayed = 1 },
            new() { Sent = 1 }, new() { Handled = 1 }, new() { Epoch = 1 },
        ];

        Observe(rest, 0, new LiveReport());
        foreach (var report in busy)
        {
            Assert.Equal(Rest.Busy, Observe(rest, 0, report));
            Assert.Equal(Rest.Busy, Observe(rest, 0, new LiveReport()));
        }
        Assert.Equal(Rest.Quiescent, Observe(rest, 0, new LiveReport()));
    }

    [Fact]
    public void What_does_not_come_for_long_is_missing()
    {
        var rest = new RestDetector(Long);
        var report = new LiveReport { Sent = 5, Received = 3 };

        Observe(rest, 0, report);
        Pass(rest, report);
        Assert.Equal(Rest.Busy, Observe(rest, 4.9, report));
        Assert.Equal(Rest.Quiescent, Observe(rest, 5, report));
        Assert.Equal(2, rest.GivenUp);
    }

    [Fact]
    public void What_is_under_way_when_the_run_ends_is_not_given_up()
    {
        var rest = new RestDetector(Long);
        var report = new LiveReport { Sent = 5, Received = 3 };

        Observe(rest, 0, report);
        Assert.Equal(Rest.Busy, Observe(rest, 0.1, report));

        Assert.Equal(0, rest.GivenUp);
    }

    [Fact]
    public void Where_the_machine_is_too_busy_for_many_rounds_nothing_is_missing_yet()
    {
        var rest = new RestDetector(Long);
        var report = new LiveReport { Sent = 5, Received = 3 };

        Observe(rest, 0, report);
        for (var round = 1; round < RestDetector.RoundsMin; round++)
            Assert.Equal(Rest.Busy, Observe(rest, 10 * round, report));
        Assert.Equal(Rest.Quiescent, Observe(rest, 10_000, report));
    }

    [Fact]
    public void Who_waits_for_a_missing_predecessor_goes_on_without_it_first()
    {
        var rest = new RestDetector(Long);
        var report = new LiveReport { Sent = 5, Received = 4, Early = 1 };

        Observe(rest, 0, report);
        Pass(rest, report);
        Assert.Equal(Rest.Stuck, Observe(rest, 5, report));
        Assert.Equal(Rest.Busy, Observe(rest, 9.9, report));
        Assert.Equal(Rest.Busy, Observe(rest, 10, report with { Early = 0, Handled = 1 }));
    }
}
