using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Tests.Schedules;

public class WarmUpScheduleTests
{
    [Fact]
    public void Grows_linearly_from_the_fraction_and_then_follows_the_other()
    {
        var schedule = new WarmUpSchedule(new() { After = ConstantSchedule.Of(10), Steps = 4, Fraction = 0.2 });

        Assert.Equal(2, schedule.At(0), 1e-14);
        Assert.Equal(6, schedule.At(2), 1e-14);
        Assert.Equal(8, schedule.At(3), 1e-14);
        Assert.Equal(10, schedule.At(4));
        Assert.Equal(10, schedule.At(1000));
    }

    [Fact]
    public void Does_not_shift_the_other_schedule()
    {
        var after = new StepDecaySchedule(new() { Value = 1, Factor = 0.5, Every = 6 });
        var schedule = new WarmUpSchedule(new() { After = after, Steps = 5 });

        Assert.Equal(0, schedule.At(0));
        Assert.Equal(1, schedule.At(5), 1e-14);
        Assert.Equal(0.5, schedule.At(6), 1e-14);
    }
}
