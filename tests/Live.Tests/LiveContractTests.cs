using AsyncOpt.Contract.Tests;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Live.Tests;

/// <summary>What every method owes on the live host: an end with a reason, finite values, the work of its budget.</summary>
public class LiveContractTests
{
    public static TheoryData<string, string> Methods => ContractPlans.MethodsUnder(Environment.GetEnvironmentVariable("F") ?? "none");

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task The_run_comes_to_a_reasoned_end_with_finite_values(string method, string faults)
    {
        // Three virtual seconds in a sixth of a real one.
        var plan = ContractPlans.Plan(method, faults);
        using var cluster = new Loopback(plan, 0.05, hosts: 2);

        var record = await LiveLeader.Run(
            plan, cluster.Clock, cluster, new LeaderOptions(), null, TestContext.Current.CancellationToken);

        Assert.NotEmpty(record.Reason);
        Assert.Contains(record.Outcome, (Outcome[])[Outcome.BudgetSpent, Outcome.Stalled, Outcome.Completed]);
        if (record.Outcome == Outcome.Stalled)
            Assert.Contains("waits for", record.Reason, StringComparison.Ordinal);
        if (faults is "none" or "duplicate")
            Assert.Equal(Outcome.BudgetSpent, record.Outcome);
        Assert.All(record.Estimate, value => Assert.True(double.IsFinite(value)));
        Assert.True(record.Counts.Updates > 0);
        Assert.Equal(record.Counts.Updates, record.Staleness.Updates);
    }
}
