using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Simulation;
using AsyncOpt.Simulation.Windows;

namespace AsyncOpt.Contract.Tests;

/// <summary>What shards that share no memory can be asked, beyond what every method owes there.</summary>
public class ShardContractTests
{
    [Fact]
    public void Mail_of_a_window_may_fill_many_blocks()
    {
        // Twelve nodes with vectors of 320 kB that send all at once: more than a block holds.
        var plan = Experiment.Parse(
            """
            name: large
            topology: { name: complete, nodes: 12 }
            method: { name: d-sgd, step: 0.05 }
            problem: { name: quadratic, dimension: 40000, heterogeneity: 1, conditioning: 10, noise: 0.1 }
            links: { delay: 1ms }
            compute: { per-task: 20ms }
            stop: { time: 70ms }
            samples: 2
            """,
            "large.yaml", AppContext.BaseDirectory).Arms[0].PlanWithoutOptimum(0);
        var (cut, _) = ShardedRun.Divide(plan with { Partitions = 2 });
        using var shards = new ThreadedShards(cut, TestContext.Current.CancellationToken);

        var record = ShardedRun.Run(cut, shards, null, null, TestContext.Current.CancellationToken);

        Assert.Equal(2, record.Partitions);
        SameRun.Assert(Simulator.Run(plan), record);
        Assert.True(shards.BlocksMax > 1, "one block was enough");
    }

    [Fact]
    public void A_cancelled_run_reports_what_it_has()
    {
        var plan = ContractTests.For("async-sgd").Plan("none") with { Partitions = 2, ForcePartitions = true };
        using var cancellation = new CancellationTokenSource();
        using var shards = new ThreadedShards(plan, cancellation.Token);

        var record = ShardedRun.Run(
            plan, shards, p => { if (p.VirtualTime > 1) cancellation.Cancel(); }, null, cancellation.Token);

        Assert.Equal(Outcome.Cancelled, record.Outcome);
        Assert.True(record.Counts.Events > 0);
        Assert.InRange(record.VirtualTime, 900_000_000, 2_000_000_000);
    }
}
