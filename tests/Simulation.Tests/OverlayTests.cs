using AsyncOpt.Core;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Tests.Methods;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests;

/// <summary>Messages of an overlay: to any agent, with the delay of the two places, counted by their sender.</summary>
public class OverlayTests
{
    const int Nodes = 9;

    static readonly ShiftedExponential Slow = new(new() { Shift = 0.1, Mean = 1 });

    /// <summary>Each message that came: when, at whom, from whom, and which of its sender's it was.</summary>
    static List<(long Time, int To, int From, long Number)> Arrivals(RunPlan plan) =>
    [
        .. Simulator.Run(plan with { LogUpdates = true }).UpdateLog
            .Select(u => (u.Time, (int)u.Staleness, u.Agent, u.Version)).Order(),
    ];

    static RunPlan On(Core.Topologies.Topology graph, Calls calls, params Fault[] faults) =>
        PlanOf(calls, QuadraticOf(Targets(Nodes)), 100, graph) with { Faults = faults };

    [Fact]
    public void A_message_reaches_any_agent_after_the_delay_between_the_two_places()
    {
        // On a ring, most have no link.
        var plan = On(Ring(Nodes), new Calls(3)) with
        {
            Links = new LinkModel(new TableDelay((from, to) => 1 + (10 * from) + to)),
        };
        var arrivals = Arrivals(plan);

        Assert.Equal(3 * Nodes, arrivals.Count);
        Assert.Contains(arrivals, a => (a.From - a.To + Nodes) % Nodes is > 1 and < Nodes - 1);
        Assert.All(arrivals, a => Assert.Equal((1 + (10 * a.From) + a.To) * 1_000_000_000L, a.Time - a.Number));
    }

    [Fact]
    public void Without_an_overlay_it_reaches_neighbours_only()
    {
        var plan = On(Ring(Nodes), new Calls(3) { HasOverlay = false });

        Assert.Contains("no link", Assert.Throws<InvalidOperationException>(() => Simulator.Run(plan)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Its_delays_are_the_same_on_any_graph_whatever_else_is_sent_and_whatever_is_repeated()
    {
        var expected = Arrivals(On(Ring(Nodes), new Calls(5)).WithDelay(Slow));
        var complete = Arrivals(On(Complete(Nodes), new Calls(5)).WithDelay(Slow));
        var beside = Arrivals(On(Ring(Nodes), new Calls(5) { AlsoNeighbours = true }).WithDelay(Slow));
        var repeated = Arrivals(
            On(Ring(Nodes), new Calls(5), new DuplicateFault(new() { Probability = 1 })).WithDelay(Slow));

        Assert.Equal(5 * Nodes, expected.Count);
        // All that their delays have in common is their law.
        Assert.Equal(5 * Nodes, expected.Select(a => a.Time).Distinct().Count());
        Assert.Equal(expected, complete);
        Assert.Equal(expected, beside);
        Assert.Equal(2 * expected.Count, repeated.Count);
        Assert.Subset(repeated.ToHashSet(), expected.ToHashSet());
    }

    [Fact]
    public void Its_delays_follow_the_law_of_the_links()
    {
        var delays = Arrivals(On(Ring(Nodes), new Calls(2000)).WithDelay(Slow)).Select(a => (a.Time - a.Number) / 1e9)
            .Order().ToArray();

        // The distance of Kolmogorov: 1.95 / sqrt(n) is exceeded with probability 0.001.
        var distance = delays.Select((d, i) =>
            Math.Abs((1 - Math.Exp(-Math.Max(0, d - 0.1))) - ((i + 0.5) / delays.Length))).Max();
        Assert.InRange(distance, 0, 1.95 / Math.Sqrt(delays.Length));
    }

    [Fact]
    public void A_fault_judges_it_by_its_two_places_and_its_sender_s_count()
    {
        var isolated = Arrivals(On(Ring(Nodes), new Calls(40), new SplitFault(new()
        {
            Places = [4], At = VirtualTime.Zero, For = Seconds(1000),
        })));
        var bursty = Arrivals(
            On(Ring(Nodes), new Calls(40), new BurstyLossFault(new() { Enter = 0.05, Leave = 0.1 })));

        Assert.DoesNotContain(isolated, a => (a.From == 4) != (a.To == 4));
        // Of what one agent sends, as many follow a lost one that are lost as the law says, 0.9: never 0.33, as if each
        // receiver had a chain of its own.
        var lost = Enumerable.Range(0, Nodes).Select(from => Enumerable.Range(0, 40)
            .Select(number => !bursty.Exists(a => a.From == from && a.Number == number)).ToArray()).ToList();
        var (after, both) = (0, 0);
        foreach (var ofSender in lost)
        {
            for (var i = 1; i < 40; i++)
            {
                after += ofSender[i - 1] ? 1 : 0;
                both += ofSender[i - 1] && ofSender[i] ? 1 : 0;
            }
        }
        Assert.InRange((double)both / after, 0.7, 1);
    }

    [Fact]
    public void Bursts_are_the_same_where_all_else_is_counted_per_sender_too()
    {
        const int many = 300;
        RunPlan On(Core.Topologies.Topology graph) => PlanOf(new Calls(20), QuadraticOf(Targets(many)), 100, graph) with
        {
            Faults = [new BurstyLossFault(new() { Enter = 0.05, Leave = 0.1 })],
        };
        var expected = Arrivals(On(Ring(many)));

        Assert.InRange(expected.Count, 0.6 * 20 * many, 0.73 * 20 * many);
        Assert.Equal(expected, Arrivals(On(Complete(many))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Partitions_wait_for_the_fastest_of_all_pairs_not_of_links_alone(int partitions)
    {
        // Links of the ring take 5 s, all others 0.01 s.
        var delay = new PairDelay(
            (from, to) => (from - to + Nodes) % Nodes is 1 or Nodes - 1 ? 5 : 0.01, VirtualTime.FromSeconds(0.01));
        var plan = On(Ring(Nodes), new Calls(30) { Answers = true }) with { Links = new LinkModel(delay) };
        var expected = Simulator.Run(plan with { Partitions = 1 });

        var record = Simulator.Run(plan with { Partitions = partitions });

        Assert.Equal(partitions, record.Partitions);
        Assert.Equal(expected.Hash, record.Hash);
    }

    [Fact]
    public void Goes_on_from_a_checkpoint_with_the_same_draws()
    {
        var plan = On(Ring(Nodes), new Calls(200) { Every = Seconds(0.1) }).WithDelay(Slow);
        using var saved = new MemoryStream();
        var expected = Simulator.Run(plan, new() { CheckpointAt = Seconds(7), CheckpointTo = saved });
        saved.Position = 0;

        Assert.Equal(expected.Hash, Simulator.Run(plan, new() { ResumeFrom = saved }).Hash);
    }

    [Fact]
    public void It_needs_no_order_of_messages_that_would_be_kept_for_every_pair()
    {
        var plan = On(Ring(Nodes), new Calls(3));

        var refused = Assert.Throws<InputException>(
            () => Simulator.Run(plan with { Links = plan.Links with { Fifo = true } }));
        Assert.StartsWith("links.fifo: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_joins_nodes_and_workers_and_refuses_servers()
    {
        var refused = Assert.Throws<InvalidOperationException>(
            () => Simulator.Run(PlanOf(new ServerCalls(), QuadraticOf(Targets(3)), 1)));

        Assert.Contains("'server' asks for an overlay", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// Every node sends numbered messages, 1 ns after each other, to others drawn at random, itself never.
    /// </summary>
    [Method("calls", Needs = Needs.Topology)]
    sealed class Calls(int count) : Method
    {
        static readonly MessageKind Call = new("call", Dim.Parameters), Other = new("other", Dim.Parameters);

        public bool HasOverlay { get; init; } = true;

        public bool AlsoNeighbours { get; init; }

        public bool Answers { get; init; }

        public VirtualTime Every { get; init; } = new(1);

        public override void Declare(Layout layout)
        {
            layout.Messages(Call, Other);
            layout.Role("node", Count.PerNode, new Node(this, count));
        }

        sealed class Node(Calls calls, int count) : RoleProgram<int>
        {
            Peers _nodes;
            Vector _x;

            public override void Declare(RoleLayout role)
            {
                _nodes = calls.HasOverlay ? role.Overlay("node") : role.Peers("node");
                _x = role.Vector("x", Dim.Parameters, Estimate.Mean, Initial.Point);
            }

            public override void OnStart(ref int s, Effects e) => Send(ref s, e);

            public override void OnTimer(ref int s, in TimerFired t, Effects e) => Send(ref s, e);

            public override void OnMessage(ref int s, in Received m, Effects e)
            {
                if (m.Kind == Other)
                    return;
                e.Lerp(0.5, m.Vector, _x);
                // The receiver goes where staleness is logged.
                e.RecordUpdate(e.Index, m);
                if (calls.Answers && m.Version > 0)
                    e.Send(m.Sender, Call, e.Snapshot(_x, m.Version - 1));
            }

            void Send(ref int s, Effects e)
            {
                var other = e.Below(_nodes.Count - 1);
                if (calls.AlsoNeighbours)
                    e.SendToNeighbours(Other, e.Snapshot(_x, 0));
                e.Send(_nodes[other < e.Index ? other : other + 1], Call, e.Snapshot(_x, s));
                if (++s < count)
                    e.SetTimer(calls.Every);
            }
        }
    }

    /// <summary>A server that asks for an overlay.</summary>
    [Method("server-calls", Needs = Needs.Workers)]
    sealed class ServerCalls : Method
    {
        public override void Declare(Layout layout)
        {
            layout.Role("server", Count.One, new Asking());
            layout.Role("worker", Count.PerWorker, new Silent());
        }

        sealed class Asking : RoleProgram<int>
        {
            public override void Declare(RoleLayout role) => role.Overlay("worker");
        }

        sealed class Silent : RoleProgram<int>
        {
            public override void Declare(RoleLayout role) => role.Vector("x", Dim.Parameters, Estimate.Mean);
        }
    }

    /// <summary>A fixed delay per pair, with the least of them.</summary>
    sealed class PairDelay(Func<int, int, double> seconds, VirtualTime floor) : LinkDelay
    {
        public override VirtualTime FloorOverall => floor;

        public override bool IsRandom => false;

        public override VirtualTime Floor(int from, int to) => VirtualTime.FromSeconds(seconds(from, to));

        public override VirtualTime Sample(int from, int to, in Draw draw) => Floor(from, to);
    }
}
