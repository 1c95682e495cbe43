using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Runs;
using AsyncOpt.Grains.Live.Agents;
using AsyncOpt.Simulation;
using AsyncOpt.Simulation.Replay;

namespace AsyncOpt.Grains.Tests.Live.Agents;

/// <summary>
/// What every method owes on the live host: an end with a reason, finite values, and the proof that its agents were real
/// concurrent actors and nothing else: the embedded host, fed with the order of their events, has the same bits.
/// </summary>
public class LiveContractTests
{
    [Theory]
    [InlineData("async-sgd", "duplicate")]
    [InlineData("ad-psgd", "none")]
    [InlineData("sa-srrw", "drop")]
    [InlineData("bsvrb-v2", "none")]
    public async Task So_it_does_as_fast_as_it_goes_at_float32_on_links_that_keep_the_order(string method, string faults)
    {
        var plan = ContractTests.For(method).Plan(faults);
        plan = plan with
        {
            Precision = Precision.Float32,
            Links = plan.Links with { Fifo = plan.Topology is null || !method.Contains("srrw", StringComparison.Ordinal) },
            SampleEvery = Seconds(0.1),
            Stop = new StopRules { Updates = 300, Time = Seconds(20) },
        };

        var (record, replay) = await Run(plan, factor: 0);

        Assert.True(record.Counts.Updates >= 300 || record.Outcome == Outcome.Stalled, record.Reason);
        Assert.True(replay.IsEqual, string.Join('\n', replay.Differences));
    }

    [Theory(Timeout = Patience.LimitMilliseconds)]
    [InlineData("async-sgd")]
    [InlineData("ad-psgd")]
    [InlineData("d-sgd")]
    [InlineData("sa-srrw")]
    [InlineData("local-sgd")]
    public async Task So_it_does_when_activations_are_lost_and_others_go_on(string method)
    {
        var plan = ContractTests.For(method).Live("none").Plan(0, cancellation: TestContext.Current.CancellationToken);
        // Who serves a message lets its own events wait.
        var service = new ShiftedExponential(new() { Shift = 0, Mean = 2e-3 });
        plan = plan with { Service = Simulator.LayOut(plan).Roles.ToDictionary(r => r.Name, _ => (Law)service) };

        var (record, replay) = await Run(plan, factor: 0.2, activationTurns: 3);

        Assert.Equal(Outcome.BudgetSpent, record.Outcome);
        Assert.True(record.Counts.Updates > 0);
        Assert.True(replay.IsEqual, string.Join('\n', replay.Differences));
        Assert.Equal(record.Counts.Events, replay.Roles.Sum(r => r.Events));
    }

    [Theory]
    [InlineData("async-sgd", "{ name: random-k, share: 0.4, error-feedback: true }", 2 * 12)]
    [InlineData("async-sgd", "qsgd", 8 + 4)]
    [InlineData("minibatch-sgd", "sign", 8 + 1)]
    public async Task So_it_does_with_compressed_messages_whose_bytes_are_the_codecs(
        string method, string codec, int bytes)
    {
        var plan = ContractTests.For(method).Live("none", $"messages: {{ compress: {codec} }}")
            .Plan(0, cancellation: TestContext.Current.CancellationToken);
        plan = plan with { Links = plan.Links with { ReceiveRate = 1e6 } };

        var (record, replay) = await Run(plan, factor: 0.1);

        Assert.Equal(Outcome.BudgetSpent, record.Outcome);
        Assert.True(replay.IsEqual, string.Join('\n', replay.Differences));
        var gradients = record.Traffic.Single(t => t.Role == "worker");
        Assert.Equal(gradients.Messages * bytes, gradients.Bytes);
    }

    [Theory]
    [InlineData("async-sgd")]
    [InlineData("minibatch-sgd")]
    [InlineData("d-sgd")]
    [InlineData("sa-srrw")]
    public async Task So_it_does_where_what_is_lost_is_sent_again_and_may_come_changed(string method)
    {
        var plan = ContractTests.For(method).Live("none").Plan(0, cancellation: TestContext.Current.CancellationToken);
        plan = plan with
        {
            Faults =
            [
                new BurstyLossFault(new() { Enter = 0.1, Leave = 0.5 }), new DropFault(new() { Probability = 0.1 }),
                new CorruptFault(new() { Probability = 0.3, Factor = 0.9, Deviation = 0.01 }),
                new DuplicateFault(new() { Probability = method == "async-sgd" ? 0 : 0.05 }),
            ],
            Links = plan.Links with { Retransmit = new() { Timeout = Seconds(0.02), Backoff = 1.5, Tries = 20 } },
        };

        var (record, replay) = await Run(plan, factor: 0.1);

        Assert.Equal(Outcome.BudgetSpent, record.Outcome);
        Assert.InRange(record.Counts.Retried, 5, long.MaxValue);
        Assert.Equal((0, 0), (record.Counts.GivenUp, record.Counts.Lost));
        Assert.InRange(record.Counts.Goodput, 0.5, 0.95);
        Assert.True(replay.IsEqual, string.Join('\n', replay.Differences));
    }

    static async Task<(RunRecord Record, ReplayReport Replay)> Run(
        RunPlan plan, double factor, int activationTurns = int.MaxValue)
    {
        var agents = Simulator.LayOut(plan).Agents;
        var header = ReplayLogHeader.Here("contract", "{}", agents, plan.Precision);
        MemoryStream[] logs = [new(), new()];
        RunRecord record;
        using (var cluster = new Loopback(plan, factor, hosts: 2, h => new ReplayLogWriter(logs[h], header),
                   activationTurns: activationTurns))
        {
            record = await LiveLeader.Run(
                plan, cluster.Clock, cluster, new LeaderOptions(), null, TestContext.Current.CancellationToken);
        }
        var log = ReplayLog.Read([.. logs.Select((l, h) => ($"host {h}", l.ToArray()))]);
        return (record, Replayer.Run(plan, log, TestContext.Current.CancellationToken));
    }
}
