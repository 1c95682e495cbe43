using AsyncOpt.Contract.Tests;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Grains.Tests.Virtual;
using AsyncOpt.Live;
using AsyncOpt.Reporting.Gateway;

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
    public static TheoryData<string, string> Methods => ContractPlans.MethodsUnder("none", "drop", "duplicate", "crash");

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task A_live_run_ends_with_a_reason_and_replays_bit_for_bit(string method, string faults)
    {
        var arm = ContractPlans.Live(method, faults);

        var (record, replay) = await Run($"{method}.{faults}", arm, factor: 0.2);

        Assert.Contains(record.Outcome, (Outcome[])[Outcome.BudgetSpent, Outcome.Stalled, Outcome.Completed]);
        if (faults is "none" or "duplicate")
            Assert.Equal(Outcome.BudgetSpent, record.Outcome);
        Assert.All(record.Estimate, value => Assert.True(double.IsFinite(value)));
        // On a busy machine the faults' time may pass before anything else happens.
        Assert.True(faults == "crash" || record.Counts.Updates > 0);
        Assert.True(replay.IsEqual, string.Join('\n', replay.Differences));
        Assert.Equal(record.Counts.Events, replay.Roles.Sum(r => r.Events));
        Assert.All(replay.Roles, r => Assert.Equal(r.Agents, r.Equal));
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
