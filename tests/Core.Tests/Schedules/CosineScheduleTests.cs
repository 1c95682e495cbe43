using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Tests.Schedules;

public class CosineScheduleTests
{
    readonly CosineSchedule _schedule = new(new() { Peak = 1, Final = 0.2, Steps = 300 });

    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(100, 0.8)] // cos(pi/3) = 1/2
    [InlineData(150, 0.6)]
    [InlineData(200, 0.4)]
    [InlineData(300, 0.2)]
    [InlineData(100_000, 0.2)]
    public void Passes_through_the_known_angles(long n, double step) => Assert.Equal(step, _schedule.At(n), 1e-14);

    [Fact]
    public void Never_grows_when_final_is_below_peak()
    {
        for (var n = 0; n < 310; n++)
            Assert.True(_schedule.At(n + 1) <= _schedule.At(n));
    }
}
