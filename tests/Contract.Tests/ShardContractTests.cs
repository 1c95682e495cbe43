using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Simulation;
using AsyncOpt.Simulation.Windows;

namespace AsyncOpt.Contract.Tests;

/// <summary>
/// What every method owes where its run is cut into shards that share no memory: the record of the embedded host, bit
/// for bit, however many there are, also resumed from a checkpoint.
/// </summary>
public class ShardContractTests
{
    /// <summary>Every method, under plain links and under faults.</summary>
    public static TheoryData<string, string> Methods => [.. ContractPlans.MethodsUnder("none", "drop", "duplicate", "crash")];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Shards_give_the_record_of_the_embedded_host(string method, string faults)
    {
        var plan = ContractPlans.Plan(method, faults) with { Threads = 1, LogUpdates = true };
        var reference = Simulator.Run(plan);

        foreach (var partitions in (int[])[1, 2, 3, 7])
        {
            var (cut, _) = ShardedRun.Divide(plan with { Partitions = partitions, ForcePartitions = true });
            using var shards = new ThreadedShards(cut, TestContext.Current.CancellationToken);
            var record = ShardedRun.Run(cut, shards, null, null, TestContext.Current.CancellationToken);
            SameRun.Assert(reference, record);
            Assert.Equal(cut.Partitions, record.Partitions);
            // Windows, batches and cohorts depend on the cut, and on nothing else.
            Assert.Equal(Simulator.Run(cut).Counts, record.Counts);
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Shards_go_on_from_any_whole_checkpoint_to_the_same_end(string method, string faults)
    {
        var (plan, _) = ShardedRun.Divide(ContractPlans.Plan(method, faults) with { Partitions = 3, ForcePartitions = true });
        var reference = Simulator.Run(plan);
        using var shards = new ThreadedShards(plan, TestContext.Current.CancellationToken);
        var whole = ShardedRun.Run(plan, shards, null, Seconds(0.4), TestContext.Current.CancellationToken);
        SameRun.Assert(reference, whole);
        Assert.True(reference.VirtualTime < 400_000_000 || shards.Saved.Count > 0, "no checkpoint");

        foreach (var checkpoint in shards.Saved)
        {
            using var others = new ThreadedShards(plan, TestContext.Current.CancellationToken, checkpoint);
            var resumed = ShardedRun.Run(plan, others, null, Seconds(0.4), TestContext.Current.CancellationToken);
            SameRun.Assert(reference, resumed);
        }
    }

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
        var plan = ContractPlans.Plan("async-sgd", "none") with { Partitions = 2, ForcePartitions = true };
        using var cancellation = new CancellationTokenSource();
        using var shards = new ThreadedShards(plan, cancellation.Token);

        var record = ShardedRun.Run(
            plan, shards, p => { if (p.VirtualTime > 1) cancellation.Cancel(); }, null, cancellation.Token);

        Assert.Equal(Outcome.Cancelled, record.Outcome);
        Assert.True(record.Counts.Events > 0);
        Assert.InRange(record.VirtualTime, 900_000_000, 2_000_000_000);
    }
}
