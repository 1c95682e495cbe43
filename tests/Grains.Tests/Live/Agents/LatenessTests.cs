using AsyncOpt.Grains.Live.Agents;

namespace AsyncOpt.Grains.Tests.Live.Agents;

/// <summary>What a live run says of delays that were late.</summary>
public class LatenessTests
{
    [Fact]
    public void Many_wheels_count_by_what_they_fired() => Assert.Equal(
        new Lateness(4, 2, 50, 25),
        Lateness.Of([new(1, 5, 50, 10), new(3, 1, 10, 30), default]));

    [Fact]
    public void Delays_that_were_late_by_little_need_no_remedy() => Assert.Equal(
        "delays and timers took 1 ms longer than asked on average, at most 5 ms (10 of them)",
        new Lateness(10, 0.001, 0.005, 0.1).Sentence(0.5));

    // 2 ms of 4 ms are half; ten times as slow, the same 2 ms are a twentieth of 40 ms.
    [Fact]
    public void A_time_factor_that_is_too_small_comes_with_one_that_is_enough() => Assert.Equal(
        "delays and timers took 2 ms longer than asked on average, at most 5 ms (10 of them); that is 50 % of what was "
            + "asked, and with --time-factor 5 it would be 5 % or less",
        new Lateness(10, 0.002, 0.005, 0.004).Sentence(0.5));
}
