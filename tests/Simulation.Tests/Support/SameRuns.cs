using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation.Tests.Support;

/// <summary>Runs that go in rounds, held to the same runs one by one.</summary>
static class SameRuns
{
    /// <summary>Never in rounds.</summary>
    public static RunHooks OneByOne { get; } = new() { OneByOne = true };

    /// <summary>The same run in rounds, as far as they go, and one by one: everything that is recorded is equal.</summary>
    public static RunRecord AssertSame(RunPlan plan, long roundsAtLeast)
    {
        var expected = Simulator.Run(plan, OneByOne);
        var actual = Simulator.Run(plan);
        Assert.Equal(0, expected.Counts.Cohorts);
        SameRun.Assert(expected, actual);
        Assert.InRange(actual.Counts.Cohorts, roundsAtLeast, long.MaxValue);
        return actual;
    }
}
