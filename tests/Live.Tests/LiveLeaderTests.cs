using AsyncOpt.Contract.Tests;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Live.Tests;

/// <summary>A host that is there and does not answer, as on a machine that is busy with other things.</summary>
public class LiveLeaderTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_asked_again_and_nothing_of_it_is_lost()
    {
        var plan = ContractPlans.Live("async-sgd", "none").Plan(0, cancellation: Token);
        using var cluster = new Loopback(plan, factor: 0, hosts: 2);
        cluster.Silence(host: 1, answers: 50);

        var record = await LiveLeader.Run(plan, cluster.Clock, cluster, new LeaderOptions(), null, Token);

        Assert.Equal(Outcome.BudgetSpent, record.Outcome);
        Assert.Equal(2, record.Partitions);
        Assert.DoesNotContain(record.Warnings, w => w.Contains("was lost", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_that_is_cancelled_meanwhile_ends_and_says_what_is_not_counted()
    {
        var plan = ContractPlans.Arm("async-sgd", "none", stop: "stop: { updates: 1000000000 }\nsample-every: 0.1s")
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
