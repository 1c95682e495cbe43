using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Tests.Schedules;

public class ConstantScheduleTests
{
    [Fact]
    public void Is_the_same_at_every_update()
    {
        var schedule = ConstantSchedule.Of(0.25);

        Assert.Equal(0.25, schedule.At(0));
        Assert.Equal(0.25, schedule.At(long.MaxValue));
    }
}
