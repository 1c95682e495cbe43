using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Links;

public class DiurnalDelayTests
{
    static DiurnalDelay Built(double amplitude, double shift = 0)
    {
        var delay = new DiurnalDelay(new()
        {
            Delay = new LawLink(new() { Law = 2 }),
            Amplitude = amplitude,
            Period = Seconds(24),
            Shift = Seconds(shift),
        });
        delay.Build(new LinkContext(4, 1, name => name));
        return delay;
    }

    static double At(LinkDelay delay, double now) => delay.Sample(
        new MessageContext { To = 1, Now = Seconds(now) }, new Draw(3, Purpose.LinkDelay, 2, 7)).Seconds;

    [Theory]
    [InlineData(0, 0.5, 0)]
    [InlineData(0, 0.5, 3.7)]
    [InlineData(5, 0.8, 30)]
    [InlineData(100, 1, 47.9)]
    public void The_factor_is_a_sine_of_the_time(double shift, double amplitude, double now) => Assert.Equal(
        2 * (1 + (amplitude * Math.Sin(2 * Math.PI * (now - shift) / 24))), At(Built(amplitude, shift), now), 2e-9);

    [Fact]
    public void Over_a_period_the_mean_is_the_other_models_and_that_of_squares_larger_by_half_the_amplitudes_square()
    {
        const int Steps = 1000;
        var delays = Enumerable.Range(0, Steps).Select(i => At(Built(0.6), 24.0 * i / Steps) / 2).ToList();

        Assert.Equal(1, delays.Average(), 1e-8);
        Assert.Equal(1 + (0.36 / 2), delays.Average(d => d * d), 1e-8);
    }

    [Fact]
    public void The_floor_is_that_of_the_quietest_moment()
    {
        Assert.Equal(Seconds(0.8), Built(0.6).Floor(0, 1));
        Assert.Equal(0.8, At(Built(0.6), 18), 2e-9);
        Assert.True(At(Built(0.6), 18) >= 0.8);
        Assert.Equal(VirtualTime.Zero, Built(1).FloorOverall);
    }
}
