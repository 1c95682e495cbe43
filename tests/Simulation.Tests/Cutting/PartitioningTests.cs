using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Simulation.Partitions;
using AsyncOpt.Simulation.Tests.Methods;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests.Cutting;

public class PartitioningTests
{
    static Topology Shuffled(TopologyGenerator graph) => new ShuffledTopology(new() { Graph = graph, Period = 1 })
        .Build(GraphContext.OfSeed(5)).PhaseAt(0);

    static LawLink LinkOf(Law law)
    {
        var link = new LawLink(new() { Law = law });
        link.Build(new LinkContext(1, 1, name => name));
        return link;
    }

    static RunPlan On(Topology topology, LinkDelay delay, int partitions) =>
        Plans.Of(new Phold(), topology.Nodes, 1, Plans.Second) with
        {
            Topology = topology,
            Links = new LinkModel(delay),
            Partitions = partitions,
        };

    static Partitioning Cut(RunPlan plan) => Partitioning.Of(plan, Simulator.LayOut(plan));

    static List<(int From, int To)> Crossing(Topology topology, Partitioning cut) =>
    [
        .. from node in Enumerable.Range(0, topology.Nodes)
           from other in topology.OutNeighbours(node).ToArray()
           where cut.Of(node) != cut.Of(other)
           select (node, other),
    ];

    [Fact]
    public void A_ring_of_shuffled_numbers_is_cut_at_as_few_links_as_a_ring_can_be()
    {
        var ring = Shuffled(new RingTopology(new() { Nodes = 1000 }));

        var cut = Cut(On(ring, LinkOf(Plans.Second), 2));

        Assert.True(cut.IsLocal);
        // Two links of two directions; in the order of numbers about half of all 2,000 would cross.
        Assert.InRange(Crossing(ring, cut).Count, 4, 12);
    }

    [Fact]
    public void A_torus_in_its_own_order_stays_contiguous()
    {
        var torus = MethodPlans.Graph(new TorusTopology(new() { Rows = 60, Columns = 5 }));

        var cut = Cut(On(torus, LinkOf(Plans.Second), 3));

        Assert.False(cut.IsLocal);
        var role = Simulator.LayOut(On(torus, new TableDelay((_, _) => 1), 3)).Roles[0];
        Assert.Equal(
            [new AgentRange(0, 100), new AgentRange(100, 200), new AgentRange(200, 300)],
            Enumerable.Range(0, 3).Select(p => Assert.Single(cut.Ranges(role, p))));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Sites_that_are_near_within_and_far_between_are_cut_between(int partitions)
    {
        // 12 sites of 10 nodes each, spread over all numbers; 1 ms within a site, 40 ms between two.
        var graph = MethodPlans.Complete(120);
        var delay = new TableDelay((from, to) => from % 12 == to % 12 ? 0.001 : 0.040);

        var cut = Cut(On(graph, delay, partitions));

        Assert.Equal(partitions, cut.Count);
        Assert.Equal(40_000_000, cut.Lookahead);
        Assert.All(Crossing(graph, cut), link => Assert.NotEqual(link.From % 12, link.To % 12));
        var sizes = Enumerable.Range(0, 120).CountBy(cut.Of).Select(c => c.Value).ToList();
        Assert.Equal(partitions, sizes.Count);
        Assert.InRange(sizes.Max(), 120 / partitions, 1.3 * 120 / partitions);
    }

    [Theory]
    [InlineData(1UL)]
    [InlineData(2UL)]
    [InlineData(3UL)]
    public void The_lookahead_is_the_least_floor_of_a_link_that_crosses(ulong seed)
    {
        var graph = new ErdosRenyiTopology(new() { Nodes = 60, MeanDegree = 5, LargestComponent = true })
            .Build(GraphContext.OfSeed(seed));
        static double Delay(int from, int to) => 0.001 * (1 + (((from * 31) + (to * 17)) % 23));

        foreach (var partitions in (int[])[2, 5])
        {
            var cut = Cut(On(graph, new TableDelay(Delay), partitions));

            Assert.Equal(
                Crossing(graph, cut).Min(link => Seconds(Delay(link.From, link.To)).Nanoseconds), cut.Lookahead);
        }
    }

    [Fact]
    public void All_agents_of_a_place_and_all_servers_stay_together_and_each_agent_is_in_one_range()
    {
        var problem = MethodPlans.QuadraticOf(MethodPlans.Targets(50));
        var plan = MethodPlans.PlanOf(new AsyncSgd(new() { Step = MethodPlans.Step(0.1) }), problem, 1) with
        {
            Links = new LinkModel(new TableDelay((from, to) => 0.01 * (1 + Math.Max(from, to) % 3))),
            Partitions = 3,
        };
        var layout = Simulator.LayOut(plan);

        var cut = Partitioning.Of(plan, layout);

        Assert.Equal(3, cut.Count);
        foreach (var role in layout.Roles)
        {
            var ranges = Enumerable.Range(0, 3)
                .SelectMany(p => cut.Ranges(role, p).Select(r => (r.First, r.End, Partition: p))).Order().ToList();
            Assert.Equal(0, ranges[0].First);
            Assert.Equal(role.Agents, ranges[^1].End);
            Assert.All(ranges.Zip(ranges.Skip(1)), pair => Assert.Equal(pair.First.End, pair.Second.First));
            foreach (var range in ranges)
            {
                for (var i = range.First; i < range.End; i++)
                    Assert.Equal(range.Partition, cut.Of(role.First + i));
            }
        }
    }

    [Fact]
    public void A_server_counts_for_all_its_workers()
    {
        var problem = MethodPlans.QuadraticOf(MethodPlans.Targets(90));
        var plan = MethodPlans.PlanOf(new AsyncSgd(new() { Step = MethodPlans.Step(0.1) }), problem, 1) with
        {
            Links = new LinkModel(LinkOf(Plans.Second)),
            Partitions = 2,
        };
        var layout = Simulator.LayOut(plan);

        var cut = Partitioning.Of(plan, layout);

        // 90 for the server, 2 for each of 90 workers: half of 270 is the server and 22 or 23 workers.
        var server = layout.Roles.Single(r => r.Count == Count.One);
        var workers = layout.Roles.Single(r => r.Count == Count.PerWorker);
        var beside = Enumerable.Range(0, 90).Count(w => cut.Of(workers.First + w) == cut.Of(server.First));
        Assert.InRange(beside, 22, 23);
    }

    [Fact]
    public void Slow_nodes_count_for_less()
    {
        var ring = MethodPlans.Ring(400);
        var plan = On(ring, new TableDelay((_, _) => 0), 2) with
        {
            ForcePartitions = true,
            Compute = new(Seconds(1), VirtualTime.Zero, [.. Enumerable.Range(0, 400).Select(i => i < 200 ? 1.0 : 3.0)]),
        };

        var cut = Cut(plan);

        // 200 + 200 / 3 = 266.7 rounds per second: half of them are those of 133 fast nodes.
        Assert.InRange(Enumerable.Range(0, 400).Count(node => cut.Of(node) == cut.Of(0)), 132, 135);
    }

    [Theory]
    [InlineData(100_000, 2, 2)]
    [InlineData(100_000, 1, 1)]
    [InlineData(200, 2, 1)]
    public void Left_open_there_is_a_partition_for_each_thread_where_windows_hold_enough(
        int nodes, int threads, int expected)
    {
        var delay = LinkOf(new ShiftedExponential(new() { Shift = 0.1, Mean = 0.9 }));
        var plan = On(MethodPlans.Ring(nodes), delay, 1) with { Partitions = null, Threads = threads };

        Assert.Equal(expected, Cut(plan).Count);
        Assert.Empty(Cut(plan).Warnings);
    }

    [Fact]
    public void Left_open_delays_far_above_their_floor_leave_windows_empty()
    {
        // In 1 us there is one event of 1000 nodes that hear something each second, though computations take no time.
        var delay = LinkOf(new ShiftedExponential(new() { Shift = 1e-6, Mean = 1 }));
        var plan = On(MethodPlans.Ring(1000), delay, 1) with { Partitions = null, Threads = 2 };

        Assert.Equal(1, Cut(plan with { Compute = Plans.Equal(1000, 0) }).Count);
    }

    [Fact]
    public void Left_open_agents_that_act_in_lockstep_stay_together()
    {
        var plan = On(MethodPlans.Ring(100_000), LinkOf(Plans.Second), 1) with
        {
            Method = new DSgd(new() { Step = MethodPlans.Step(0.1) }),
            Partitions = null,
            Threads = 2,
        };

        Assert.Equal(1, Cut(plan).Count);
        // A program without rounds gains by partitions.
        Assert.Equal(2, Cut(plan with { Method = new Phold() }).Count);
        Assert.Equal(2, Cut(plan with { Compute = plan.Compute with { Jitter = Plans.Second } }).Count);
    }

    [Fact]
    public void Without_a_floor_it_says_which_law_has_none_and_what_helps()
    {
        var cut = Cut(On(MethodPlans.Ring(50), LinkOf(new ShiftedExponential(new() { Mean = 0.9 })), 3));

        Assert.Equal(1, cut.Count);
        var warning = Assert.Single(cut.Warnings);
        Assert.Contains("'shifted-exponential'", warning, StringComparison.Ordinal);
        Assert.Contains("1 ns", warning, StringComparison.Ordinal);
        Assert.Contains("quantum", warning, StringComparison.Ordinal);
    }
}
