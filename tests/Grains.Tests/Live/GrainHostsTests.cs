using System.Net;
using AsyncOpt.Core;
using AsyncOpt.Core.Programs;
using AsyncOpt.Grains.Live;
using AsyncOpt.Grains.Live.Agents;
using AsyncOpt.Simulation;

namespace AsyncOpt.Grains.Tests.Live;

/// <summary>Silos that are lost one after the other, and at moments that no cluster would meet on demand.</summary>
public class GrainHostsTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_still_asks_the_lost_silo_is_asked_to_join_again()
    {
        var cluster = await FakeCluster.Open(silos: 3);
        cluster.Lose(1);
        // Two silos where the news has not come: their calls to agents of the lost one are rejected.
        cluster.Fail(0, "Join", times: 3);
        cluster.Fail(2, "Join", times: 5);

        var losses = await cluster.Hosts.Recover(Token);

        Assert.Equal([new LostHost(cluster.NameOf(1), 4)], losses);
        Assert.Equal(3 + 1, cluster.Calls(0, "Join").Count);
        Assert.Equal(5 + 1, cluster.Calls(2, "Join").Count);
        cluster.AssertAllLiveOn([0, 2], epoch: 1);
    }

    [Theory]
    [InlineData("Join")]
    [InlineData("Start")]
    public async Task A_silo_that_is_lost_while_another_is_replaced_is_replaced_too(string during)
    {
        var cluster = await FakeCluster.Open(silos: 4);
        cluster.Lose(1);
        cluster.LoseWhenAsked(2, during);

        var losses = await cluster.Hosts.Recover(Token);

        // Three agents each, and one of the first one's had come to the second.
        Assert.Equal([new LostHost(cluster.NameOf(1), 3), new LostHost(cluster.NameOf(2), 4)], losses);
        Assert.Equal([cluster.NameOf(0), cluster.NameOf(3)], cluster.Hosts.Hosts.Select(h => h.Name));
        cluster.AssertAllLiveOn([0, 3], epoch: 2);
    }

    [Fact]
    public async Task Silos_that_are_lost_together_are_replaced_together()
    {
        var cluster = await FakeCluster.Open(silos: 3);
        cluster.Lose(0);
        cluster.Lose(2);

        var losses = await cluster.Hosts.Recover(Token);

        Assert.Equal([new LostHost(cluster.NameOf(0), 4), new LostHost(cluster.NameOf(2), 4)], losses);
        cluster.AssertAllLiveOn([1], epoch: 1);
    }

    [Theory]
    [InlineData("Open")]
    [InlineData("Join")]
    public async Task A_silo_that_is_lost_while_the_run_opens_takes_no_part(string during)
    {
        var cluster = new FakeCluster(silos: 3);
        cluster.LoseWhenAsked(1, during);
        cluster.Fail(2, during, times: 2);

        await cluster.Hosts.Open(cluster.Layout, Token);

        Assert.Equal([cluster.NameOf(0), cluster.NameOf(2)], cluster.Hosts.Hosts.Select(h => h.Name));
        cluster.AssertAllLiveOn([0, 2], epoch: 0);
    }

    [Fact]
    public async Task Where_no_silo_is_left_the_run_cannot_open()
    {
        var cluster = new FakeCluster(silos: 1);
        cluster.LoseWhenAsked(0, "Join");

        var e = await Assert.ThrowsAsync<LiveRunException>(() => cluster.Hosts.Open(cluster.Layout, Token));

        Assert.Equal("no silo is left to host the run's agents", e.Message);
    }

    [Fact]
    public async Task What_fails_for_minutes_is_no_loss_and_ends_the_run_with_its_cause()
    {
        var cluster = await FakeCluster.Open(silos: 2);
        cluster.Lose(1);
        cluster.Fail(0, "Join", times: int.MaxValue);

        var e = await Assert.ThrowsAsync<LiveRunException>(() => cluster.Hosts.Recover(Token));

        Assert.Equal($"{cluster.NameOf(0)} cannot take part in the run: it fails", e.Message);
        Assert.InRange(cluster.Time.Elapsed, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(6));
    }

    [Fact]
    public async Task What_a_silo_refuses_ends_the_run_at_once()
    {
        var cluster = new FakeCluster(silos: 2);
        cluster.When(1, "Open", () => Task.FromException(new InputException("no such data set here")));

        await Assert.ThrowsAsync<InputException>(() => cluster.Hosts.Open(cluster.Layout, Token));

        Assert.Equal(TimeSpan.Zero, cluster.Time.Elapsed);
    }

    [Fact]
    public async Task Nobody_who_lives_is_replaced_and_who_asks_waits_a_little()
    {
        var cluster = await FakeCluster.Open(silos: 2);

        Assert.Empty(await cluster.Hosts.Recover(Token));

        Assert.Equal(2, cluster.Hosts.Hosts.Count);
        Assert.True(cluster.Time.Elapsed > TimeSpan.Zero);
        cluster.AssertAllLiveOn([0, 1], epoch: 0);
    }

    [Fact]
    public async Task A_run_that_is_cancelled_meanwhile_waits_no_longer_and_says_who_was_lost()
    {
        var cluster = await FakeCluster.Open(silos: 2);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
        cluster.Lose(1);
        cluster.When(0, "Join", () => Never(cancellation));

        var losses = await cluster.Hosts.Recover(cancellation.Token);

        Assert.Equal([new LostHost(cluster.NameOf(1), 6)], losses);

        static async Task Never(CancellationTokenSource cancellation)
        {
            await cancellation.CancelAsync();
            await Task.Delay(Timeout.Infinite, Token);
        }
    }

    /// <summary>Silos of which the leader sees what a test lets it see.</summary>
    sealed class FakeCluster
    {
        readonly SiloAddress[] _silos;
        readonly HashSet<SiloAddress> _dead = [];
        readonly List<(int Silo, string Method, object?[] With)> _calls = [];
        readonly Dictionary<(int, string), Func<Task>> _answers = [];

        public FakeCluster(int silos)
        {
            _silos = [.. Enumerable.Range(1, silos).Select(i => SiloAddress.New(IPAddress.Loopback, i, 1))];
            Layout = Simulator.LayOut(ContractTests.For("ad-psgd").Live("none").Plan(0, cancellation: Token));
            var place = new LivePlace("run", "run/0", 1, default, null, null, Layout.MessageFormat);
            Hosts = new GrainHosts(
                Stub.Of<IGrainFactory>((_, with) => Grain((string)with[0]!)),
                Stub.Of<ISiloStatusOracle>(Status), place, Time);
        }

        public Layout Layout { get; }

        public GrainHosts Hosts { get; }

        public ImpatientTime Time { get; } = new();

        public static async Task<FakeCluster> Open(int silos)
        {
            var cluster = new FakeCluster(silos);
            Assert.Equal(12, cluster.Layout.Agents);
            await cluster.Hosts.Open(cluster.Layout, Token);
            cluster._calls.Clear();
            return cluster;
        }

        public string NameOf(int silo) => $"silo {_silos[silo].Endpoint}";

        public void Lose(int silo)
        {
            _dead.Add(_silos[silo]);
            foreach (var method in (string[])["Open", "Join", "Start"])
                Fail(silo, method, int.MaxValue);
        }

        public void LoseWhenAsked(int silo, string method) => When(silo, method, () =>
        {
            Lose(silo);
            return Task.FromException(new SiloUnavailableException("lost just now"));
        });

        public void Fail(int silo, string method, int times) => When(silo, method, () => times-- > 0
            ? Task.FromException(new OrleansException("it fails"))
            : Task.CompletedTask);

        public void When(int silo, string method, Func<Task> answer) => _answers[(silo, method)] = answer;

        public IReadOnlyList<object?[]> Calls(int silo, string method) =>
            [.. _calls.Where(c => (c.Silo, c.Method) == (silo, method)).Select(c => c.With)];

        /// <summary>Every silo knows the same map, in which all agents live on these silos, shared alike.</summary>
        public void AssertAllLiveOn(int[] silos, int epoch)
        {
            foreach (var silo in silos)
            {
                // None after opening: then it has not been lost, either.
                if (Calls(silo, "Join") is not { Count: > 0 } joins)
                    continue;
                var map = (LiveMap)joins[^1][0]!;
                Assert.Equal(epoch, map.Epoch);
                Assert.Equal(
                    silos.Select(s => (_silos[s], Layout.Agents / silos.Length)),
                    map.HostOf.CountBy(rank => map.Silos[rank]).OrderBy(c => c.Key).Select(c => (c.Key, c.Value)));
                Assert.Equal(epoch > 0, _calls.Last(c => c.Silo == silo).Method == "Start");
            }
        }

        ILiveHostGrain Grain(string key)
        {
            var silo = Array.FindIndex(_silos, s => key.EndsWith('/' + s.ToParsableString(), StringComparison.Ordinal));
            return Stub.Of<ILiveHostGrain>((method, with) =>
            {
                _calls.Add((silo, method, with));
                return _answers.TryGetValue((silo, method), out var answer) ? answer() : Task.CompletedTask;
            });
        }

        object? Status(string method, object?[] with) => method switch
        {
            nameof(ISiloStatusOracle.GetApproximateSiloStatuses) => _silos.ToDictionary(s => s, _ => SiloStatus.Active),
            nameof(ISiloStatusOracle.GetApproximateSiloStatus) =>
                _dead.Contains((SiloAddress)with[0]!) ? SiloStatus.Dead : SiloStatus.Active,
            _ => throw new NotSupportedException(method),
        };
    }
}
