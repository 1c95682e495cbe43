using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Tests.Schedules;

public class GrowthScheduleTests
{
    static GrowthSchedule Of(double scale, double exponent, double max, double offset = 1) =>
        new(new() { Scale = scale, Exponent = exponent, Max = max, Offset = offset });

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(3, 1)]
    [InlineData(99, 5)]
    [InlineData(399, 10)]
    [InlineData(400, 10)]
    [InlineData(1_000_000, 10)]
    public void It_grows_like_a_power_up_to_its_limit(long n, double value) =>
        Assert.Equal(value, Of(0.5, 0.5, 10).At(n), 1e-13);

    [Fact]
    public void Exponent_zero_is_constant() => Assert.Equal(0.1, Of(0.1, 0, 1).At(12345));

    [Fact]
    public void The_offset_shifts_it() => Assert.Equal(Of(2, 1, 1e5, 11).At(0), Of(2, 1, 1e5).At(10));
}
