using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation.Tests.Support;

/// <summary>Holds a plan that runs for some seconds to one record, however it is run.</summary>
static class SameBits
{
    /// <summary>Partitions, sweeps and checkpoints change nothing.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="one">Its record in one partition.</param>
    public static void HoweverRun(RunPlan plan, RunRecord one)
    {
        foreach (var partitions in (int[])[2, 3, 7])
        {
            var more = Simulator.Run(plan with { Partitions = partitions, Threads = 2 });
            Assert.Equal(partitions, more.Partitions);
            SameRun.Assert(one, more);
        }
        var swept = Simulator.Run(plan, new RunHooks { SweepLeast = 0 });
        Assert.InRange(swept.Counts.Sweeps, 1, long.MaxValue);
        SameRun.Assert(one, swept);
        foreach (var (at, saveWith, loadWith) in ((double, int, int)[])[(0.4, 1, 3), (2.1, 3, 1)])
        {
            using var file = new MemoryStream();
            Simulator.Run(
                plan with { Partitions = saveWith }, new RunHooks { CheckpointAt = Seconds(at), CheckpointTo = file });
            file.Position = 0;
            var resumed = Simulator.Run(plan with { Partitions = loadWith }, new RunHooks { ResumeFrom = file });
            SameRun.Assert(one with { Timeline = resumed.Timeline, UpdateLog = resumed.UpdateLog }, resumed);
        }
    }
}
