using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation.Tests.Support;

/// <summary>Whether two records are those of the same run.</summary>
static class SameRun
{
    /// <summary>Everything that is recorded is equal, but how the work was cut: batches, windows, rounds, sweeps.</summary>
    public static void Assert(RunRecord expected, RunRecord actual)
    {
        Xunit.Assert.Equal(expected.Hash, actual.Hash);
        Xunit.Assert.Equal((expected.Outcome, expected.Reason), (actual.Outcome, actual.Reason));
        Xunit.Assert.Equal(expected.VirtualTime, actual.VirtualTime);
        Xunit.Assert.Equal(Happened(expected.Counts), Happened(actual.Counts));
        Xunit.Assert.Equal(expected.Faults, actual.Faults);
        Xunit.Assert.Equal(expected.Metrics, actual.Metrics);
        Xunit.Assert.Equal(expected.Traffic, actual.Traffic);
        Xunit.Assert.Equal(expected.Staleness.Counts, actual.Staleness.Counts);
        Xunit.Assert.Equal(expected.Staleness.AgentMeans, actual.Staleness.AgentMeans);
        Xunit.Assert.Equal(expected.Staleness.AgentCounts, actual.Staleness.AgentCounts);
        Xunit.Assert.Equal(expected.Age, actual.Age);
        Xunit.Assert.Equal(expected.UpdateLog, actual.UpdateLog);
        Xunit.Assert.Equal(expected.Timeline, actual.Timeline);
        Xunit.Assert.Equal(expected.TimelineAgents, actual.TimelineAgents);
        Xunit.Assert.Equal(expected.Estimate, actual.Estimate);
    }

    static RunCounts Happened(RunCounts counts) => counts with
    {
        Cohorts = 0,
        Batches = 0,
        BatchMax = 0,
        Evaluations = 0,
        WastedEvaluations = 0,
        Windows = 0,
        Sweeps = 0,
    };
}
