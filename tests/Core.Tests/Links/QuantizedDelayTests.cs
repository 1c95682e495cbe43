using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Links;

public class QuantizedDelayTests
{
    static QuantizedDelay Built(Law law, double tick)
    {
        var delay = new QuantizedDelay(new() { Delay = new LawLink(new() { Law = law }), Tick = Seconds(tick) });
        delay.Build(new LinkContext(4, 1, name => name));
        return delay;
    }

    static VirtualTime At(LinkDelay delay, VirtualTime now, int message = 0) => delay.Sample(
        new MessageContext { To = 1, Now = now }, new Draw(3, Purpose.LinkDelay, 2, (ulong)message));

    [Theory]
    [InlineData(0, 0.3, 0.5)]
    [InlineData(0.2, 0.3, 0.5)] // just at a tick
    [InlineData(0.3, 0.3, 1)]
    [InlineData(0.75, 1.5, 2.5)]
    public void Arrivals_are_at_the_first_tick_that_is_not_too_early(double now, double delay, double arrival) =>
        Assert.Equal(Seconds(arrival), Seconds(now) + At(Built(delay, 0.5), Seconds(now)));

    [Fact]
    public void A_message_without_a_delay_arrives_at_the_next_tick() =>
        Assert.Equal(Seconds(0.5), At(Built(0, 0.5), Seconds(1)));

    [Fact]
    public void Messages_of_any_time_wait_for_half_a_tick()
    {
        const int Messages = 20_000;
        var law = new ShiftedExponential(new() { Shift = 0.1, Mean = 0.4 });
        var (model, plain) = (Built(law, 0.25), new LawLink(new() { Law = law }));
        plain.Build(new LinkContext(4, 1, name => name));
        var waits = new List<double>();
        for (var i = 0; i < Messages; i++)
        {
            var now = new VirtualTime((long)(1e9 * 20 * new Draw(8, Purpose.None, 1, (ulong)i).Uniform()));
            var delay = At(model, now, i);
            Assert.Equal(0, (now + delay).Nanoseconds % 250_000_000);
            var wait = delay.Nanoseconds - At(plain, now, i).Nanoseconds;
            Assert.InRange(wait, 0, 249_999_999);
            waits.Add(wait / 1e9);
        }
        ModelsPage.Row(
            "quantized", "wait for a tick of 0.25 s, in s", 0.125, waits.Average(), 0.25 / Math.Sqrt(12.0 * Messages));
    }

    [Fact]
    public void The_floor_is_that_of_the_other_model() => Assert.Equal(Seconds(0.3), Built(0.3, 0.5).FloorOverall);
}
