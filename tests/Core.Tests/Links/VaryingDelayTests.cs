using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Links;

public class VaryingDelayTests
{
    static readonly VaryingDelay.Options Rush = new()
    {
        Delay = new LawLink(new() { Law = 2 }),
        At = [Seconds(0), Seconds(10), Seconds(15)],
        Factors = [1, 3, 0.5],
    };

    static VaryingDelay Built(VaryingDelay.Options options)
    {
        var delay = new VaryingDelay(options);
        delay.Build(new LinkContext(4, 1, name => name));
        return delay;
    }

    static double At(LinkDelay delay, double now) => delay.Sample(
        new MessageContext { To = 1, Now = Seconds(now) }, new Draw(3, Purpose.LinkDelay, 2, 7)).Seconds;

    [Fact]
    public void A_factor_holds_from_its_time_to_the_next()
    {
        var once = Built(Rush);
        Assert.Equal([2, 2, 6, 6, 1, 1], ((double[])[0, 9.999, 10, 14.999, 15, 1000]).Select(t => At(once, t)));

        var again = Built(Rush with { Every = Seconds(20) });
        Assert.Equal([2, 6, 1, 2, 6], ((double[])[5, 12, 19, 25, 32]).Select(t => At(again, t)));
    }

    [Fact]
    public void The_floor_is_the_other_models_times_the_least_factor_and_no_delay_is_below()
    {
        var law = new ShiftedExponential(new() { Shift = 1, Mean = 1 });
        var delay = Built(Rush with { Delay = new LawLink(new() { Law = law }) });

        Assert.Equal(Seconds(0.5), delay.Floor(0, 1));
        var draws = Enumerable.Range(0, 1000).Select(k => new Draw(3, Purpose.LinkDelay, 2, (ulong)k)).ToList();
        foreach (var (now, factor) in ((double, double)[])[(5, 1), (12, 3), (16, 0.5)])
        {
            Assert.All(draws, draw => Assert.Equal(
                law.Duration(in draw).Times(factor),
                delay.Sample(new MessageContext { To = 1, Now = Seconds(now) }, in draw)));
        }
    }

    [Fact]
    public void Factors_without_times_and_times_without_order_are_refused()
    {
        Assert.Empty(Rush.Violations());
        Assert.Equal("the first factor must begin at 0",
            Assert.Single((Rush with { At = [Seconds(1), Seconds(2), Seconds(3)] }).Violations()));
        Assert.Equal("times must ascend; number 3 is 1s, the one before 1s",
            Assert.Single((Rush with { At = [Seconds(0), Seconds(1), Seconds(1)] }).Violations()));
        Assert.Equal("2 factors for 3 times; give one for each",
            Assert.Single((Rush with { Factors = [1, 2] }).Violations()));
        Assert.Equal("every must be beyond the last time, 15s; it is 15s",
            Assert.Single((Rush with { Every = Seconds(15) }).Violations()));
    }
}
