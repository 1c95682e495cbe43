using AsyncOpt.Core.Runs;
using AsyncOpt.Grains.Live.Agents;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.Rules;

namespace AsyncOpt.Grains.Tests.Live.Agents;

/// <summary>A host that is there and does not answer, as on a machine that is busy with other things.</summary>
public class LiveLeaderTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_asked_again_and_nothing_of_it_is_lost()
    {
        var plan = ContractTests.For("async-sgd").Live("none").Plan(0, cancellation: Token);
        using var cluster = new Loopback(plan, factor: 0, hosts: 2);
        cluster.Silence(host: 1, answers: 50);

        var record = await LiveLeader.Run(plan, cluster.Clock, cluster, new LeaderOptions(), null, Token);

        Assert.True(
            record.Outcome == Outcome.BudgetSpent, $"{record.Outcome}: {record.Reason} {string.Join("; ", record.Warnings)}");
        Assert.Equal(2, record.Partitions);
        Assert.DoesNotContain(record.Warnings, w => w.Contains("was lost", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_told_of_the_record_and_lost_comes_again_and_counts_once()
    {
        var plan = ContractTests.For("async-sgd").Live("none").Plan(0, cancellation: Token) with { LogUpdates = true };
        using var cluster = new Loopback(plan, factor: 0.2, hosts: 2);
        var samples = 0;
        void LoseSome(RunProgress progress) => cluster.LoseNews(host: samples++ % 2, answers: 2);

        var record = await LiveLeader.Run(plan, cluster.Clock, cluster, new LeaderOptions(), LoseSome, Token);

        Assert.True(samples > 2, $"{samples} samples");
        Assert.True(record.Counts.Updates > 0);
        Assert.Equal(record.Counts.Updates, record.UpdateLog.Count);
        // The log tells each update by itself: what is counted of them is what it says.
        Assert.Equal(
            record.UpdateLog.CountBy(u => u.Staleness).OrderBy(c => c.Key).Select(c => (c.Key, (long)c.Value)),
            record.Staleness.Counts.Index().Where(c => c.Item > 0).Select(c => ((long)c.Index, c.Item)));
        Assert.Equal(
            record.UpdateLog.CountBy(u => (u.Agent, u.Staleness)).OrderBy(c => c.Key)
                .Select(c => (c.Key.Agent, c.Key.Staleness, (long)c.Value)),
            record.Staleness.AgentCounts);
        Assert.Equal(record.UpdateLog.Max(u => u.Staleness), record.Staleness.Max);
        Assert.Equal(record.UpdateLog.Sum(u => u.Staleness), record.Staleness.Sum);
        Assert.Equal(record.UpdateLog.Sum(u => u.Compute) / 1e9, record.Age.Compute, 1e-9);
    }

    // Some hosts are lost after 100 updates, and the run is cancelled after as many more.
    static async Task<(RunRecord Record, long AtLoss)> RunAndLose(RunPlan plan, Loopback cluster, params int[] hosts)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
        long atLoss = 0;
        void Lose(RunProgress progress)
        {
            if (atLoss == 0 && progress.Updates > 100)
            {
                atLoss = progress.Updates;
                foreach (var host in hosts)
                    cluster.Kill(host);
            }
            if (atLoss > 0 && progress.Updates > atLoss + 100)
                cancellation.Cancel();
        }

        var record = await LiveLeader.Run(plan, cluster.Clock, cluster, new LeaderOptions(), Lose, cancellation.Token);
        return (record, atLoss);
    }

    [Fact]
    public async Task What_a_host_told_before_it_was_lost_stays_counted()
    {
        var plan = ContractTests.For("ad-psgd").Arm("none", stop: "stop: { updates: 1000000000 }\nsample-every: 0.1s")
            .Plan(0, cancellation: Token) with
        { LogUpdates = true };
        using var cluster = new Loopback(plan, factor: 0, hosts: 2);
        var (record, atLoss) = await RunAndLose(plan, cluster, 1);

        Assert.Equal(1, record.Partitions);
        Assert.True(record.Counts.Updates >= atLoss, $"{record.Counts.Updates} updates, {atLoss} of them before the loss");
        Assert.Equal(record.Counts.Updates, record.UpdateLog.Count);
        Assert.Equal(record.Counts.Updates, record.Staleness.Counts.Sum());
    }

    [Fact]
    public async Task Hosts_that_are_lost_together_are_each_named()
    {
        var plan = ContractTests.For("ad-psgd").Arm("none", stop: "stop: { updates: 1000000000 }\nsample-every: 0.1s")
            .Plan(0, cancellation: Token);
        using var cluster = new Loopback(plan, factor: 0, hosts: 3);
        var (record, _) = await RunAndLose(plan, cluster, 2, 1);

        Assert.Equal(1, record.Partitions);
        foreach (var lost in (string[])["host 1", "host 2"])
            Assert.Contains(record.Warnings, w => w.StartsWith($"{lost} was lost at", StringComparison.Ordinal)
                && w.Contains("4 agents came back anew", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("crash")]
    public async Task A_host_that_is_lost_before_the_start_is_replaced(string faults)
    {
        var plan = ContractTests.For("async-sgd").Live(faults).Plan(0, cancellation: Token);
        using var cluster = new Loopback(plan, factor: 0.1, hosts: 2);
        cluster.Kill(host: 1);

        var record = await LiveLeader.Run(plan, cluster.Clock, cluster, new LeaderOptions(), null, Token);

        Assert.Equal(Outcome.BudgetSpent, record.Outcome);
        Assert.Equal(1, record.Partitions);
        Assert.Contains(record.Warnings, w => w.StartsWith("host 1 was lost at", StringComparison.Ordinal));
        // Who is told to start twice meets its crashes once.
        var crashes = plan.Faults.Count == 0 ? 0 : CrashSchedule.Of(plan, cluster.Run(0).Layout).Count();
        Assert.Equal(faults == "crash", crashes > 0);
        Assert.InRange(record.Counts.Crashes, 0, crashes);
    }

    [Fact]
    public async Task What_was_recorded_is_told_once()
    {
        var plan = ContractTests.For("async-sgd").Arm("none", stop: "stop: { updates: 1000000000 }\nsample-every: 0.1s")
            .Plan(0, cancellation: Token) with
        { LogUpdates = true };
        using var cluster = new Loopback(plan, factor: 0);
        await cluster.Hosts[0].Start();

        using var first = await NewsAfter(updates: 100, taken: 0);
        using var again = await NewsAfter(updates: 200, taken: 0);
        using var second = await NewsAfter(updates: 300, taken: 1);

        Assert.NotEmpty(first.Log);
        Assert.Equal(first.Log, again.Log);
        Assert.True(second.Updates >= 300, $"{second.Updates} updates");
        Assert.Equal(second.Updates, first.Log.Count + second.Log.Count);
        Assert.Equal(second.Updates, first.Staleness.Sum() + second.Staleness.Sum());

        async Task<Recording> NewsAfter(long updates, int taken)
        {
            var run = cluster.Run(0);
            await Patience.Until(() => Task.FromResult(run.Totals().Updates >= updates), () => $"{run.Totals()}");
            var news = new Recording(plan, run.Layout);
            using var from = new BinaryReader(run.Recorded(taken));
            news.LoadSum(from);
            return news;
        }
    }

    [Fact]
    public async Task A_run_that_is_cancelled_meanwhile_ends_and_says_what_is_not_counted()
    {
        var plan = ContractTests.For("async-sgd").Arm("none", stop: "stop: { updates: 1000000000 }\nsample-every: 0.1s")
            .Plan(0, cancellation: Token);
        using var cluster = new Loopback(plan, factor: 0, hosts: 2);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
        void Cancel(RunProgress progress)
        {
            if (progress.Updates == 0)
                return;
            cluster.Silence(host: 1, answers: int.MaxValue);
            cancellation.Cancel();
        }

        var record = await LiveLeader.Run(
            plan, cluster.Clock, cluster, new LeaderOptions(), Cancel, cancellation.Token);

        Assert.Equal(Outcome.Cancelled, record.Outcome);
        Assert.Contains(record.Warnings, w => w.StartsWith(
            "host 1 did not answer when the run was cancelled", StringComparison.Ordinal));
    }
}
