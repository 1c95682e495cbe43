using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Tests.Schedules;

public class PowerScheduleTests
{
    static PowerSchedule Of(double scale, double exponent, double offset = 1) =>
        new(new PowerSchedule.Options { Scale = scale, Exponent = exponent, Offset = offset });

    [Fact]
    public void Exponent_one_half_divides_by_the_square_root() =>
        Assert.Equal(3.0 / 10, Of(3, 0.5).At(99), 1e-15);

    [Fact]
    public void First_step_is_the_scale_and_exponent_one_is_harmonic()
    {
        Assert.Equal(2.0, Of(2, 0.7).At(0));
        Assert.Equal(2.0 / 7, Of(2, 1).At(6));
    }

    [Fact]
    public void Offset_two_starts_at_the_second_step() =>
        Assert.Equal(Math.Pow(2, -0.9), Of(1, 0.9, 2).At(0), 1e-15);

    [Fact]
    public void Exponent_zero_is_constant() => Assert.Equal(0.1, Of(0.1, 0).At(12345));
}
