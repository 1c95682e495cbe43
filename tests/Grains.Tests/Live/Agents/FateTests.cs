using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Grains.Live.Agents;

namespace AsyncOpt.Grains.Tests.Live.Agents;

/// <summary>What a live run says became of its messages: only what truly was lost is lost.</summary>
public class FateTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("minibatch-sgd", "none")]
    [InlineData("async-sgd", "none")]
    [InlineData("d-sgd", "none")]
    [InlineData("async-sgd", "drop")]
    [InlineData("ad-psgd", "drop")]
    [InlineData("srw", "drop")]
    public async Task What_is_under_way_when_the_run_ends_is_not_lost(string method, string faults)
    {
        var plan = ContractTests.For(method).Live(faults).Plan(0, cancellation: Token);
        // Messages wait, are served or are on their way at any moment, so also at the last one.
        var service = new ShiftedExponential(new() { Shift = 0, Mean = 20e-3 });
        plan = plan with
        {
            Service = Simulation.Simulator.LayOut(plan).Roles.ToDictionary(r => r.Name, _ => (Law)service),
        };
        using var cluster = new Loopback(plan, factor: 0.1);

        var record = await LiveLeader.Run(plan, cluster.Clock, cluster, new LeaderOptions(), null, Token);

        Assert.True(record.Counts.Messages > 0);
        Assert.Equal(record.Faults.Sum(f => f.Fired), record.Counts.Lost);
        Assert.Equal(record.Counts.Lost, record.Waste.Where(w => w.Reason == WasteReason.Dropped).Sum(w => w.Count));
        Assert.DoesNotContain(record.Warnings, w => w.Contains("never came", StringComparison.Ordinal));
        var totals = cluster.Run(0).Totals();
        Assert.Equal(record.Counts.Lost, totals.Lost);
        Assert.True(totals.Sent >= totals.Received + totals.Lost, $"{totals}");
    }

    [Fact]
    public async Task What_the_transport_lost_is_counted_to_the_message()
    {
        // A round of minibatch SGD waits for all 12 workers: where three are not answered, it stands still for ever.
        var plan = ContractTests.For("minibatch-sgd").Live("none").Plan(0, cancellation: Token);
        using var cluster = new Loopback(plan, factor: 0.1)
        {
            Meddle = message => message.Sender == 0 && message.Receiver is 2 or 5 or 7 ? [] : [message],
        };
        var options = new LeaderOptions { Round = TimeSpan.FromMilliseconds(1), Patience = TimeSpan.FromMilliseconds(500) };

        var record = await LiveLeader.Run(plan, cluster.Clock, cluster, options, null, Token);

        Assert.Equal(Outcome.Stalled, record.Outcome);
        Assert.Contains("3 messages were sent and never came: the transport lost them", record.Warnings);
        Assert.Equal(0, record.Counts.Lost);
    }

    [Fact]
    public async Task Who_only_waits_for_a_long_delay_is_not_at_rest()
    {
        var plan = ContractTests.For("minibatch-sgd").Live("none").Plan(0, cancellation: Token);
        var delay = new LawLink(new() { Law = new Constant(new() { Value = 1.5 }) });
        delay.Build(new LinkContext(Places: 13, Seed: 1, name => name));
        plan = plan with
        {
            Links = plan.Links with { Delay = delay },
            Stop = new StopRules { Updates = 1 },
        };
        using var cluster = new Loopback(plan, factor: 1);
        var options = new LeaderOptions { Round = TimeSpan.FromMilliseconds(1), Patience = TimeSpan.FromMilliseconds(50) };

        var record = await LiveLeader.Run(plan, cluster.Clock, cluster, options, null, Token);

        Assert.Equal(Outcome.BudgetSpent, record.Outcome);
        Assert.DoesNotContain(record.Warnings, w => w.Contains("never came", StringComparison.Ordinal));
    }
}
