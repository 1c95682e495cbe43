using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Faults;

public class ClockFaultTests
{
    static double Takes(ClockFault.Options options, double now, double delay, int place = 0)
    {
        Assert.Empty(options.Violations());
        return new ClockFault(options).TimerDelay(place, Seconds(now), Seconds(delay), 7).Seconds;
    }

    [Theory]
    [InlineData(0.25, 10, 8)]
    [InlineData(-0.5, 10, 20)]
    [InlineData(0.25, 0, 0)]
    public void A_clock_that_runs_fast_lets_timers_go_off_early(double drift, double delay, double takes) =>
        Assert.Equal(takes, Takes(new() { Drift = drift }, 3, delay));

    [Theory]
    [InlineData(10, 4, 4)] // over before it
    [InlineData(17, 4, 4)] // set after it
    [InlineData(14, 4, 2)] // at 16 s the clock has shown 2 s, jumps by 2 more
    [InlineData(15, 2, 1)] // and by more than is left
    [InlineData(14, 9, 7)]
    public void A_jump_forward_takes_what_is_left_of_timers(double now, double delay, double takes) =>
        Assert.Equal(takes, Takes(new() { At = Seconds(16), Forward = Seconds(2) }, now, delay));

    [Fact]
    public void A_jump_back_lets_them_wait_longer_and_jumps_come_again()
    {
        Assert.Equal(6, Takes(new() { At = Seconds(16), Back = Seconds(2) }, 14, 4));
        // Every 10 s a step of 1 s forward: of 100 s by the clock 9 are jumped over.
        var forward = new ClockFault.Options { At = Seconds(5), Forward = Seconds(1), Every = Seconds(10) };
        Assert.Equal(91, Takes(forward, 0, 100));
        Assert.Equal(91, Takes(forward, 70, 100));
        Assert.Equal(100.5, Takes(new() { At = Seconds(5), Back = Seconds(0.05), Every = Seconds(10) }, 0, 100));
    }

    [Fact]
    public void A_jump_is_of_the_true_time_and_the_rest_of_the_clocks()
    {
        // From 14 to 16 s the clock shows 4 s, then jumps by 2: 4 are left, which take 2.
        Assert.Equal(4, Takes(new() { Drift = 1, At = Seconds(16), Forward = Seconds(2) }, 14, 10));
    }

    [Fact]
    public void Concerns_the_places_it_is_told()
    {
        ClockFault.Options all = new() { Drift = 1 }, some = all with { Places = [-1, 2] };

        Assert.Equal([8, 4, 4, 4], Enumerable.Range(-1, 4).Select(place => Takes(all, 0, 8, place)));
        Assert.Equal([4, 8, 8, 4], Enumerable.Range(-1, 4).Select(place => Takes(some, 0, 8, place)));
    }

    [Fact]
    public void Drifts_are_spread_over_places_as_they_are_told()
    {
        const int Places = 20_000;
        double[] drifts = [.. Enumerable.Range(0, Places).Select(
            place => (1000 / Takes(new() { Drift = 0.1, Spread = 0.01 }, 0, 1000, place)) - 1.1)];

        Assert.InRange(drifts.Average() / (0.01 / Math.Sqrt(Places)), -4, 4);
        Assert.InRange(((drifts.Average(d => d * d) / 1e-4) - 1) / Math.Sqrt(2.0 / Places), -4, 4);
    }

    [Fact]
    public void Refuses_what_has_no_meaning()
    {
        Assert.Single(new ClockFault.Options().Violations());
        Assert.Single(new ClockFault.Options { Drift = 1, At = Seconds(1) }.Violations());
        Assert.Single(new ClockFault.Options { Drift = 1, Forward = Seconds(1) }.Violations());
        Assert.Single(new ClockFault.Options { Drift = 1, Every = Seconds(1) }.Violations());
        Assert.Single(new ClockFault.Options { At = Seconds(1), Back = Seconds(1), Every = Seconds(9) }.Violations());
        Assert.Single(
            new ClockFault.Options { At = Seconds(1), Back = Seconds(1), Forward = Seconds(1) }.Violations());
        Assert.Throws<InputException>(
            () => new ClockFault(new() { Drift = 1, Places = [3] }).Build(new LinkContext(3, 1, name => name)));
    }
}
