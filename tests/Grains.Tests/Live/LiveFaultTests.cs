using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Grains.Live;
using AsyncOpt.Grains.Live.Agents;
using AsyncOpt.Grains.Tests.Virtual;
using AsyncOpt.Reporting.Gateway;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace AsyncOpt.Grains.Tests.Live;

/// <summary>What can befall a live run: a lost silo, a flood, a poisoned message, its user's change of mind.</summary>
public class LiveFaultTests
{
    static Arm Endless(string method) =>
        ContractTests.For(method).Arm("none", stop: "stop: { updates: 1000000000 }\nsample-every: 0.1s");

    [Theory]
    [InlineData("async-sgd", 1)]
    [InlineData("ad-psgd", 1)]
    [InlineData("ad-psgd", 2)]
    public async Task Killed_silos_begin_a_new_epoch_and_their_agents_come_back(string method, int killed)
    {
        await using var cluster = await VirtualCluster.Start(silos: 3);
        await Survive(cluster, method, killed);
    }

    [Fact]
    public async Task Agents_that_some_silo_takes_to_be_on_the_lost_one_come_back_when_it_knows_better()
    {
        var news = new LateNews();
        await using var cluster = await VirtualCluster.Start(silos: 3, s => s.AddOutgoingGrainCallFilter(news));

        await Survive(cluster, "async-sgd", killed: 1, news);

        Assert.True(news.Rejected > 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_silo_whose_loss_is_known_late_ends_no_run(bool isLeader)
    {
        await using var cluster = await VirtualCluster.Start(silos: 3);
        await cluster.Submit("late", Endless("async-sgd"), r => r with { Mode = RunMode.Live, TimeFactor = 0.1 });
        await cluster.Until("late", s => s.Last is { Updates: > 50 });
        var leader = cluster.SiloOf(cluster.Run("late")).SiloAddress;
        var victim = cluster.Silos.Silos.First(s => s.SiloAddress.Equals(leader) == isLeader);

        await cluster.Silos.KillSiloAsync(victim);
        // Meanwhile whoever is asked for something there gets SiloUnavailableException.
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        await cluster.Silos.Tell(victim);

        var before = (await cluster.Until("late", s => s.Last is not null)).Last!.Updates;
        var last = await cluster.Until("late", s => s.IsOver || s.Last!.Updates > before + 100);
        Assert.False(last.IsOver, last.Reason);
        await cluster.Run("late").Cancel();
        Assert.Equal(Outcome.Cancelled, (await cluster.End("late")).Outcome);
    }

    static async Task Survive(VirtualCluster cluster, string method, int killed, LateNews? news = null)
    {
        await cluster.Submit("lost", Endless(method), r => r with { Mode = RunMode.Live, TimeFactor = 0.1 });
        await cluster.Until("lost", s => s.Last is { Updates: > 50 });
        // Not the one that leads the run.
        var leader = cluster.SiloOf(cluster.Run("lost")).SiloAddress;
        var victims = cluster.Silos.Silos.Where(s => !s.SiloAddress.Equals(leader)).Take(killed).ToList();
        news?.Delay(rejected: 5);

        await cluster.Silos.Lose(victims);

        var before = (await cluster.Until("lost", s => s.Last is not null)).Last!.Updates;
        // Who asked a lost agent for something may wait for the answer for ever: then the run says so.
        var last = await cluster.Until("lost", s => s.IsOver || s.Last!.Updates > before + 100);
        if (method == "async-sgd")
        {
            last = await cluster.Until(
                "lost", s => s.IsOver || cluster.Silos.Silos.Except(victims).Sum(AgentsOf) == 1 + 12);
            Assert.False(last.IsOver, last.Reason);
        }
        if (!last.IsOver)
            await cluster.Run("lost").Cancel();
        var record = await cluster.End("lost");
        Assert.Equal(last.IsOver ? Outcome.Stalled : Outcome.Cancelled, record.Outcome);
        if (last.IsOver)
            Assert.Matches("waits? for", record.Reason);
        Assert.Equal(3 - killed, record.Partitions);
        foreach (var victim in victims)
            Assert.True(
                record.Warnings.Any(w => w.StartsWith(
                        $"silo {victim.SiloAddress.Endpoint} was lost", StringComparison.Ordinal)
                    && w.Contains("agents came back anew", StringComparison.Ordinal)),
                $"on {record.Partitions} silos: {string.Join("; ", record.Warnings)}");
        Assert.All(record.Estimate, value => Assert.True(double.IsFinite(value)));

        int AgentsOf(InProcessSiloHandle silo) => cluster.Silos.GetSiloServiceProvider(silo.SiloAddress)
            .GetRequiredService<LiveParts>().Find("lost/0")?.Run.Report().Agents ?? 0;
    }

    /// <summary>Calls that bring agents to life fail as where the caller takes the lost silo to be alive.</summary>
    sealed class LateNews : IOutgoingGrainCallFilter
    {
        int _toReject;

        public int Rejected;

        public void Delay(int rejected) => Volatile.Write(ref _toReject, rejected);

        public Task Invoke(IOutgoingGrainCallContext context)
        {
            if (context.Grain is not IAgentGrain || context.MethodName != nameof(IAgentGrain.Join)
                || Interlocked.Decrement(ref _toReject) < 0)
                return context.Invoke();
            Interlocked.Increment(ref Rejected);
            throw new SiloUnavailableException("target silo became unavailable");
        }
    }

    [Fact]
    public async Task No_silo_answers_for_one_that_is_lost()
    {
        await using var cluster = await VirtualCluster.Start(silos: 2);
        await cluster.Submit("alive", Endless("async-sgd"), r => r with { Mode = RunMode.Live, TimeFactor = 0.1 });
        await cluster.Until("alive", s => s.Last is { Updates: > 0 });

        // The host of a silo that was there before: its next activation is on one of those that are there now.
        var host = cluster.Silos.Client.GetGrain<ILiveHostGrain>("alive/0/S127.0.0.1:1:1");

        await Assert.ThrowsAsync<InvalidOperationException>(host.Report);
        await cluster.Run("alive").Cancel();
        await cluster.End("alive");
    }

    [Fact]
    public async Task A_poisoned_message_is_refused_and_counted_and_harms_nobody()
    {
        await using var cluster = await VirtualCluster.Start(silos: 1);
        var agent = cluster.Silos.Client.GetGrain<IAgentGrain>("poison/0/0");
        await cluster.Submit("poison", Endless("async-sgd"), r => r with { Mode = RunMode.Live, TimeFactor = 0.1 });
        await cluster.Until("poison", s => s.Last is { Updates: > 10 });

        LiveMessage[] poison =
        [
            new() { Sender = 1, Receiver = 0, Kind = 99 }, // no such kind
            new() { Sender = 1, Receiver = 0, Kind = 0 }, // without its vector
            new() { Sender = 77_000, Receiver = 0, Kind = 0 }, // nobody
            new() { Sender = 1, Receiver = 0, Kind = 0, Vector = Vector(new float[5]) }, // of the wrong width
            new() { Sender = 1, Receiver = 0, Kind = 0, Vector = Vector(new double[4]) }, // of the wrong dimension
        ];
        foreach (var message in poison)
            await agent.Deliver(message);

        var before = (await cluster.Run("poison").Status())!.Last!.Updates;
        await cluster.Until("poison", s => s.Last!.Updates > before + 100);
        await cluster.Run("poison").Cancel();
        var record = await cluster.End("poison");
        Assert.Contains("5 messages were not what their kind declares and were refused", record.Warnings);
    }

    static LiveVector<T> Vector<T>(T[] data)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> =>
        new(data) { Version = 0, Birth = 0, Compute = 0, Wire = 0 };

    [Fact]
    public async Task A_storm_of_messages_passes_and_every_one_is_accounted_for()
    {
        // As fast as it goes: 12 nodes, every one sends to four neighbours whenever it can.
        var batches = new Batches();
        await using var cluster = await VirtualCluster.Start(silos: 2, s => s.AddOutgoingGrainCallFilter(batches));
        var arm = ContractTests.For("d-sgd").Arm("none", stop: "stop: { updates: 10000 }\nsample-every: 0.1s");

        var record = await cluster.RunToEnd("storm", arm, r => r with { Mode = RunMode.Live, TimeFactor = 0 });

        Assert.Equal(Outcome.BudgetSpent, record.Outcome);
        Assert.True(record.Counts.Messages > 20_000, $"{record.Counts.Messages} messages");
        Assert.DoesNotContain(record.Warnings, w => w.Contains("never came", StringComparison.Ordinal));
        // From silo to silo goes what goes together in one call.
        Assert.InRange(batches.Calls, 1, batches.Messages - 1);
        Assert.InRange(batches.Messages, 1, record.Counts.Messages);
    }

    /// <summary>Counts calls from silo to silo, and the messages in them.</summary>
    sealed class Batches : IOutgoingGrainCallFilter
    {
        public long Calls;
        public long Messages;

        public Task Invoke(IOutgoingGrainCallContext context)
        {
            if (context.Grain is ILiveHostGrain && context.MethodName == nameof(ILiveHostGrain.Deliver))
            {
                Interlocked.Increment(ref Calls);
                Interlocked.Add(ref Messages, ((LiveMessage[])context.Request.GetArgument(0)!).Length);
            }
            return context.Invoke();
        }
    }

    [Fact]
    public async Task Two_live_runs_at_once_do_not_touch_each_other_and_a_cancelled_one_ends()
    {
        await using var cluster = await VirtualCluster.Start(silos: 2);
        var arm = ContractTests.For("async-sgd").Arm("none", stop: "stop: { updates: 500 }\nsample-every: 0.2s");
        await cluster.Submit("endless", Endless("d-sgd"), r => r with { Mode = RunMode.Live, TimeFactor = 0.1 });
        await cluster.Submit("other", arm, r => r with { Mode = RunMode.Live, TimeFactor = 0.1 });

        var other = await cluster.End("other");
        await cluster.Run("endless").Cancel();
        var endless = await cluster.End("endless");

        Assert.Equal((Outcome.BudgetSpent, Outcome.Cancelled), (other.Outcome, endless.Outcome));
        Assert.Equal(["server", "worker"], other.Traffic.Select(t => t.Role));
        Assert.Equal(["node"], endless.Traffic.Select(t => t.Role));
    }
}
