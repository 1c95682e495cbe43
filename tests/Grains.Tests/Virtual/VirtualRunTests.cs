using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Simulation;
using AsyncOpt.Simulation.Windows;

namespace AsyncOpt.Grains.Tests.Virtual;

/// <summary>Runs in virtual time on silos: the bits of the embedded run, whatever becomes of the silos.</summary>
public sealed class VirtualRunTests(VirtualClusters clusters) : IClassFixture<VirtualClusters>
{
    /// <summary>Every method, under plain links and under faults.</summary>
    public static TheoryData<string, string> Methods => [.. ContractTests.Runs];

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task One_two_and_three_silos_give_the_record_of_the_embedded_run(string method, string faults)
    {
        var arm = ContractTests.For(method).Arm(faults);
        var reference = Simulator.Run(PlanOf(arm));

        foreach (var (silos, partitions) in ((int, int)[])[(1, 2), (2, 2), (3, 5)])
        {
            var record = await clusters[silos].RunToEnd(
                $"{method}-{faults}", arm, r => r with { Partitions = partitions, Threads = 1 });
            SameRun.Assert(reference, record);
            Assert.Equal(ShardedRun.Divide(PlanOf(arm) with { Partitions = partitions }).Plan.Partitions, record.Partitions);
        }
    }

    [Fact]
    public async Task Without_a_number_there_is_a_partition_for_each_silo()
    {
        var arm = ContractTests.For("d-sgd").Arm("none");

        var record = await clusters[3].RunToEnd("unnumbered", arm, r => r);

        Assert.Equal(3, record.Partitions);
        Assert.Equal(Simulator.Run(PlanOf(arm)).Hash, record.Hash);
    }

    [Fact]
    public async Task Metrics_of_events_are_those_of_the_embedded_run()
    {
        var arm = ContractTests.For("async-sgd").Arm("drop", "metrics: [staleness]");
        var expected = Simulator.Run(PlanOf(arm));

        var record = await clusters[2].RunToEnd(
            "metrics-of-events", arm, r => r with { Partitions = 2, CheckpointEvery = 0.7 });

        Assert.Contains(expected.Metrics, m => m is { Metric: "staleness-mean", Value: > 0 });
        SameRun.Assert(expected, record);
        Assert.Equal(expected.Metrics, record.Metrics);
    }

    [Fact]
    public async Task Two_runs_at_once_do_not_touch_each_other()
    {
        Arm[] arms = [Long("async-sgd", "3s"), Long("ad-psgd", "3s")];

        var records = await Task.WhenAll(arms.Select((arm, i) =>
            clusters[2].RunToEnd($"beside-{i}", arm, r => r with { Partitions = 2, CheckpointEvery = 0.7 })));

        for (var i = 0; i < arms.Length; i++)
            SameRun.Assert(Simulator.Run(PlanOf(arms[i])), records[i]);
    }

    [Fact]
    public async Task A_cancelled_run_ends_at_once_with_what_it_has()
    {
        var cluster = clusters[2];
        await cluster.Submit("cancelled", Long("async-sgd", "100000s"), r => r with { Partitions = 2 });
        await cluster.Until("cancelled", s => s.Last is { Events: > 0 });

        await cluster.Run("cancelled").Cancel();

        var record = await cluster.End("cancelled");
        Assert.Equal(Outcome.Cancelled, record.Outcome);
        Assert.True(record.Counts.Events > 0);
    }

    [Fact]
    public async Task A_run_goes_on_from_its_last_checkpoint_when_a_silo_of_a_partition_is_lost()
    {
        await using var cluster = await VirtualCluster.Start(3);
        var arm = Long("ad-psgd", "5s");
        var held = new HeldCheckpoint(3);
        cluster.Store.BeforeWrite = held.BeforeWrite;
        await cluster.Submit("lost", arm, r => r with { Partitions = 3, CheckpointEvery = 1 });
        await held.Reached;

        var own = cluster.SiloOf(cluster.Run("lost"));
        var lost = Enumerable.Range(0, 3).Select(p => cluster.SiloOf("lost", p)).First(silo => silo != own);
        await cluster.Silos.Lose(lost);
        held.LetGo();

        var record = await cluster.End("lost");
        SameRun.Assert(Simulator.Run(PlanOf(arm)), record);
        // Windows are counted from where the last attempt went on.
        Assert.True(record.Counts.Windows < Simulator.Run(PlanOf(arm) with { Partitions = 3 }).Counts.Windows);
    }

    [Fact]
    public async Task A_run_goes_on_from_its_last_checkpoint_when_its_own_silo_is_lost()
    {
        await using var cluster = await VirtualCluster.Start(3);
        var arm = Long("async-sgd", "5s");
        var held = new HeldCheckpoint(3);
        cluster.Store.BeforeWrite = held.BeforeWrite;
        await cluster.Submit("own", arm, r => r with { Partitions = 3, CheckpointEvery = 1 });
        await held.Reached;

        await cluster.Silos.Lose(cluster.SiloOf(cluster.Run("own")));

        var record = await cluster.End("own");
        held.LetGo();
        SameRun.Assert(Simulator.Run(PlanOf(arm)), record);
        Assert.Equal(2, (await cluster.Run("own").Status())!.Attempts);
    }

    static RunPlan PlanOf(Arm arm) => arm.Plan(0, cancellation: TestContext.Current.CancellationToken);

    static Arm Long(string method, string time)
    {
        var specification = ContractTests.For(method).Arm("none").SpecificationOf(0);
        specification["stop"] = new System.Text.Json.Nodes.JsonObject { ["time"] = time };
        return Experiment.Parse(specification.ToJsonString(), "long.yaml", AppContext.BaseDirectory).Arms[0];
    }
}
