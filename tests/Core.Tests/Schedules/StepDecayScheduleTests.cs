using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Tests.Schedules;

public class StepDecayScheduleTests
{
    [Fact]
    public void Every_so_many_updates_the_step_is_multiplied()
    {
        var schedule = new StepDecaySchedule(new() { Value = 8, Factor = 0.5, Every = 10 });

        Assert.Equal(8, schedule.At(9), 1e-14);
        Assert.Equal(4, schedule.At(10), 1e-14);
        Assert.Equal(4, schedule.At(19), 1e-14);
        Assert.Equal(1, schedule.At(30), 1e-14);
    }

    [Fact]
    public void Milestones_are_where_stairs_begin()
    {
        var schedule = new StepDecaySchedule(new() { Value = 1, Factor = 0.1, Milestones = [80, 120] });

        foreach (var (n, step) in new[] { (0, 1), (79, 1), (80, 0.1), (119, 0.1), (120, 0.01) })
            Assert.Equal(step, schedule.At(n), 1e-15);
    }

    [Fact]
    public void Wants_either_every_or_milestones()
    {
        Assert.Single(new StepDecaySchedule.Options { Value = 1 }.Violations());
        Assert.Single(new StepDecaySchedule.Options { Value = 1, Every = 3, Milestones = [4] }.Violations());
        Assert.Empty(new StepDecaySchedule.Options { Value = 1, Every = 3 }.Violations());
    }

    [Fact]
    public void Wants_ascending_milestones()
    {
        Assert.Single(new StepDecaySchedule.Options { Value = 1, Milestones = [4, 4] }.Violations());
        Assert.Empty(new StepDecaySchedule.Options { Value = 1, Milestones = [4, 5] }.Violations());
    }
}
