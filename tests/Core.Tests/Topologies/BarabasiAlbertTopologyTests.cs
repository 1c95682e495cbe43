using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Topologies;

public class BarabasiAlbertTopologyTests
{
    static Topology Build(int n, int m, ulong seed) =>
        Graphs.Build(new BarabasiAlbertTopology(new() { Nodes = n, EdgesPerNode = m }), seed);

    [Fact]
    public void Every_node_after_the_star_brings_m_edges_to_earlier_ones()
    {
        for (ulong seed = 0; seed < 30; seed++)
        {
            int m = 1 + (int)(seed % 4), n = m + 1 + (int)(seed % 17);
            var t = Build(n, m, seed);
            var edges = Graphs.CheckInvariants(t);
            Assert.Equal(2 * m * (n - m), edges.Count);
            for (int node = m + 1; node < n; node++)
                Assert.Equal(m, edges.Count(e => e.From == node && e.To < node));
            Assert.Equal(1, Connectivity.Components(t).Count);
        }
    }

    [Fact]
    public void A_new_node_prefers_degrees_in_proportion()
    {
        // m = 1: node 2 meets the edge 0 - 1, then node 3 a path whose middle has half of all ends.
        int middle = 0;
        const int Samples = 4000;
        for (ulong seed = 0; seed < Samples; seed++)
        {
            var edges = Graphs.Edges(Build(4, 1, seed));
            int centre = edges.Contains((0, 2)) ? 0 : 1;
            if (edges.Contains((centre, 3)))
                middle++;
        }
        Assert.InRange(middle, 2000 - 5 * 32, 2000 + 5 * 32);
    }

    [Fact]
    public void Large_graphs_have_the_tail_of_the_law()
    {
        // P(degree = k) = 2 m (m + 1) / (k (k + 1) (k + 2)): for m = 2, P(2) = 1/2 and P(3) = 1/5.
        var t = Build(200_000, 2, 11);
        var degrees = Enumerable.Range(0, t.Nodes).Select(t.OutDegree).ToArray();
        Assert.Equal(0.5, degrees.Count(d => d == 2) / 200_000.0, 0.01);
        Assert.Equal(0.2, degrees.Count(d => d == 3) / 200_000.0, 0.01);
        Assert.True(degrees.Max() > 200);
    }

    [Fact]
    public void One_node_works_and_too_few_are_refused()
    {
        Assert.Equal(0, Build(1, 2, 1).Edges);
        Assert.Equal(2, Build(2, 1, 1).Edges);
        Assert.Single(Graphs.Violations(new BarabasiAlbertTopology.Options { Nodes = 3, EdgesPerNode = 3 }));
        Assert.Empty(Graphs.Violations(new BarabasiAlbertTopology.Options { Nodes = 1 }));
    }
}
