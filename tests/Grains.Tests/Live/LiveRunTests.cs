using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Grains.Live.Agents;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Grains.Tests.Virtual;
using AsyncOpt.Reporting.Gateway;
using AsyncOpt.Simulation.Replay;

namespace AsyncOpt.Grains.Tests.Live;

/// <summary>Two silos on which live runs are made, for the tests of a class.</summary>
public sealed class TwoSilos : IAsyncLifetime
{
    internal VirtualCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Cluster = await VirtualCluster.Start(silos: 2);

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}

/// <summary>
/// Live runs on real grains: every method, every fault, two silos; the order in which the grains handled their events,
/// fed to the embedded host, gives the same bits.
/// </summary>
public class LiveRunTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    public static TheoryData<string, string> Methods => [.. ContractTests.Runs];

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task A_live_run_ends_with_a_reason_and_replays_bit_for_bit(string method, string faults)
    {
        var arm = ContractTests.For(method).Live(faults);

        var (record, replay) = await Run($"{method}.{faults}", arm, factor: ContractTests.TimeFactor(faults));

        Assert.Contains(record.Outcome, (Outcome[])[Outcome.BudgetSpent, Outcome.Stalled, Outcome.Completed]);
        if (faults is "none" or "duplicate")
            Assert.Equal(Outcome.BudgetSpent, record.Outcome);
        Assert.All(record.Estimate, value => Assert.True(double.IsFinite(value)));
        // On a busy machine the faults' time may pass before anything else happens.
        Assert.True(faults is "crash" or "rules" || record.Counts.Updates > 0);
        Assert.True(replay.IsEqual, string.Join('\n', replay.Differences));
        Assert.Equal(record.Counts.Events, replay.Roles.Sum(r => r.Events));
        Assert.All(replay.Roles, r => Assert.Equal(r.Agents, r.Equal));
    }

    [Fact]
    public async Task Metrics_of_events_are_of_all_that_both_silos_did()
    {
        // Evaluated at the start and at the end: of every update between.
        var arm = ContractTests.For("async-sgd").Arm(
            "none", "metrics: [{ name: staleness, every: 1000000 }]",
            stop: "stop: { updates: 60 }\nsample-every: 0.2s");

        var (record, replay) = await Run("metrics-of-events", arm, factor: 0.1);

        Assert.True(replay.IsEqual, string.Join('\n', replay.Differences));
        var values = record.Metrics.ToLookup(m => m.Metric, m => m.Value);
        Assert.InRange(record.Staleness.Max, 1, 127);
        Assert.Equal([record.Staleness.Max], values["staleness-max"]);
        Assert.Equal([record.Staleness.Sum / record.Staleness.Updates], values["staleness-mean"]);
    }

    [Fact]
    public async Task What_a_silo_tells_of_its_agents_may_be_more_than_one_message_holds()
    {
        // Twelve nodes a silo, each with a vector of 800 kB: more than a part of an answer.
        var arm = Experiment.Parse(
            """
            topology: { name: ring, nodes: 24 }
            method: { name: d-sgd, step: 0.05 }
            problem: { name: quadratic, dimension: 100000, heterogeneity: 1, conditioning: 10 }
            links: { delay: 1ms }
            compute: { per-task: 20ms }
            stop: { updates: 72 }
            sample-every: 1s
            """,
            "large.yaml", AppContext.BaseDirectory).Arms[0];

        var (record, replay) = await Run("large", arm, factor: 0);

        Assert.True(replay.IsEqual, string.Join('\n', replay.Differences));
        // Every coordinate has moved towards its target.
        Assert.Equal(100_000, record.Estimate.Length);
        Assert.All(record.Estimate, value => Assert.True(double.IsFinite(value) && value != 0));
    }

    async Task<(RunRecord Record, ReplayReport Replay)> Run(string id, Arm arm, double factor)
    {
        var cluster = silos.Cluster;
        var record = await cluster.RunToEnd(
            id, arm, r => r with { Mode = RunMode.Live, TimeFactor = factor, ReplayLog = true });
        var folder = await cluster.Store.Read(id, KeptRun.FolderFile, TestContext.Current.CancellationToken);
        var logs = LiveTest.LogsOf(folder!);
        Assert.Equal(2, logs.Count);
        var plan = arm.Plan(0, cancellation: TestContext.Current.CancellationToken);
        return (record, Replayer.Run(plan, ReplayLog.Read(logs), TestContext.Current.CancellationToken));
    }
}
