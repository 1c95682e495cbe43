using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Topologies;

public class ShuffledTopologyTests
{
    static Topology Made(TopologyGenerator graph, int period, ulong seed = 1) =>
        new ShuffledTopology(new() { Graph = graph, Period = period }).Build(GraphContext.OfSeed(seed));

    static RingTopology Ring(int nodes) => new(new() { Nodes = nodes });

    [Fact]
    public void Every_phase_is_the_graph_with_other_names()
    {
        var shuffled = Made(Ring(7), 50);

        Assert.Equal(50, shuffled.Period);
        for (var t = 0; t < 50; t++)
        {
            // A ring: one walk from neighbour to neighbour passes all nodes and comes back.
            var phase = shuffled.PhaseAt(t);
            var (before, node, seen) = (-1, 0, new HashSet<int>());
            while (seen.Add(node))
            {
                Assert.Equal(2, phase.OutDegree(node));
                var next = phase.OutNeighbour(node, 0) == before ? phase.OutNeighbour(node, 1) : phase.OutNeighbour(node, 0);
                (before, node) = (node, next);
            }
            Assert.Equal((7, 0), (seen.Count, node));
        }
    }

    [Fact]
    public void In_the_long_run_every_pair_is_joined_equally_often()
    {
        var shuffled = Made(Ring(7), 3000);
        var counts = new int[7, 7];
        for (var t = 0; t < 3000; t++)
        {
            foreach (var other in shuffled.OutNeighboursAt(3, t).ToArray())
                counts[3, other]++;
        }

        // 2 of 6 others each time: 1000 each, with a standard deviation of 26.
        for (var other = 0; other < 7; other++)
            Assert.InRange(counts[3, other], other == 3 ? 0 : 890, other == 3 ? 0 : 1110);
    }

    [Fact]
    public void Weights_go_with_the_names_and_keep_the_spectrum()
    {
        var grid = new GridTopology(new() { Rows = 3, Columns = 3 });
        var plain = new MetropolisHastingsMixing().Build(grid.Build(GraphContext.OfSeed(1))).ToDense();
        var mixing = new MetropolisHastingsMixing().Schedule(Made(grid, 20));

        for (var t = 0; t < 20; t++)
        {
            Assert.True(mixing.At(t).IsDoublyStochastic);
            Assert.Equal(plain.Cast<double>().Order(), mixing.At(t).ToDense().Cast<double>().Order());
        }
    }

    [Fact]
    public void Directions_are_kept()
    {
        var shuffled = Made(new RingTopology(new() { Nodes = 5, Directed = true }), 4);

        Assert.All(Enumerable.Range(0, 4), t => Assert.Equal(5, shuffled.PhaseAt(t).Edges));
        Assert.All(Enumerable.Range(0, 4), t => Assert.False(shuffled.PhaseAt(t).IsSymmetric));
    }

    [Fact]
    public void Orders_come_from_the_seed()
    {
        int[] Rows(ulong seed) => [.. Enumerable.Range(0, 10).SelectMany(t => Made(Ring(9), 10, seed).OutNeighboursAt(0, t).ToArray())];

        Assert.Equal(Rows(5), Rows(5));
        Assert.NotEqual(Rows(5), Rows(6));
    }

    [Fact]
    public void A_graph_of_phases_or_too_many_edges_are_refused()
    {
        Assert.Contains("static", Assert.Throws<InputException>(() => Made(new OnePeerExponentialTopology(new() { Nodes = 8 }), 3)).Message,
            StringComparison.Ordinal);
        Assert.Contains("period", Assert.Throws<InputException>(() => Made(Ring(1000), 100_000)).Message, StringComparison.Ordinal);
    }
}
