using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Tests.Schedules;

public class WarmUpCosineScheduleTests
{
    static WarmUpCosineSchedule Of(long warmUp, long steps) =>
        new(new() { Peak = 1, Final = 0.2, WarmUp = warmUp, Steps = steps });

    [Theory]
    [InlineData(0, 0.0)]
    [InlineData(25, 0.25)]
    [InlineData(100, 1.0)] // t_w
    [InlineData(200, 0.8)] // cos(pi/3) = 1/2
    [InlineData(250, 0.6)]
    [InlineData(400, 0.2)] // T
    [InlineData(1_000_000, 0.2)]
    public void Rises_to_the_peak_and_falls_to_a_floor(long n, double rate) => Assert.Equal(rate, Of(100, 400).At(n), 1e-14);

    [Fact]
    public void Without_warm_up_it_is_the_cosine()
    {
        var cosine = new CosineSchedule(new() { Peak = 1, Final = 0.2, Steps = 300 });
        for (var n = 0; n < 320; n++)
            Assert.Equal(cosine.At(n), Of(0, 300).At(n));
    }

    [Fact]
    public void Where_the_warm_up_takes_all_steps_the_floor_follows() => Assert.Equal(0.2, Of(100, 50).At(100));
}
