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
        AssertSame(expected, actual);
        Assert.InRange(actual.Counts.Cohorts, roundsAtLeast, long.MaxValue);
        return actual;
    }

    /// <summary>Everything that is recorded is equal, but for how the work was cut.</summary>
    public static void AssertSame(RunRecord expected, RunRecord actual)
    {
        // How the work was cut differs; what happened does not.
        static RunCounts Happened(RunCounts counts) => counts with
        {
            Cohorts = 0,
            Batches = 0,
            BatchMax = 0,
            Evaluations = 0,
            Windows = 0,
        };
        Assert.Equal(expected.Hash, actual.Hash);
        Assert.Equal((expected.Outcome, expected.Reason), (actual.Outcome, actual.Reason));
        Assert.Equal(Happened(expected.Counts), Happened(actual.Counts));
        Assert.Equal(expected.VirtualTime, actual.VirtualTime);
        Assert.Equal(expected.Metrics, actual.Metrics);
        Assert.Equal(expected.Traffic, actual.Traffic);
        Assert.Equal(expected.Age, actual.Age);
        Assert.Equal(expected.Staleness.Counts, actual.Staleness.Counts);
        Assert.Equal(expected.Staleness.AgentMeans, actual.Staleness.AgentMeans);
        Assert.Equal(expected.Staleness.AgentCounts, actual.Staleness.AgentCounts);
        Assert.Equal(expected.Timeline, actual.Timeline);
        Assert.Equal(expected.Estimate, actual.Estimate);
    }
}
