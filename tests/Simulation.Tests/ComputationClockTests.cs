using AsyncOpt.Simulation.Computations;

namespace AsyncOpt.Simulation.Tests;

public class ComputationClockTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(4096 + (64 * 100))]
    public void The_timed_ones_stand_for_all(int count)
    {
        var clock = new ComputationClock();

        var times = Enumerable.Range(0, count).Select(_ => clock.NextAlone()).ToList();

        Assert.Equal(count, times.Sum());
        Assert.All(times.Take(4096), t => Assert.Equal(1, t));
    }
}
