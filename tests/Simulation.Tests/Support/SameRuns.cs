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

    /// <summary>
    /// A run in rounds with a checkpoint amid them is that of one by one; so is what goes on after it, in rounds or
    /// cut, whoever wrote it.
    /// </summary>
    /// <returns>The run with the checkpoint.</returns>
    public static RunRecord AssertSameAfterCheckpoint(RunPlan plan, double at, long roundsAtLeast)
    {
        var expected = Simulator.Run(plan, OneByOne);
        using var saved = new MemoryStream();
        var through = Simulator.Run(plan, new() { CheckpointAt = Seconds(at), CheckpointTo = saved });
        SameRun.Assert(expected, through);

        using var one = new MemoryStream();
        Simulator.Run(plan, OneByOne with { CheckpointAt = Seconds(at), CheckpointTo = one });
        foreach (var stream in (MemoryStream[])[saved, one])
        {
            stream.Position = 0;
            var resumed = Simulator.Run(plan, new() { ResumeFrom = stream });
            Assert.Equal(expected.Hash, resumed.Hash);
            Assert.InRange(resumed.Counts.Cohorts, roundsAtLeast, long.MaxValue);
            stream.Position = 0;
            var cut = plan with { Partitions = 3, ForcePartitions = true };
            Assert.Equal(expected.Hash, Simulator.Run(cut, new() { ResumeFrom = stream }).Hash);
        }
        return through;
    }
}
