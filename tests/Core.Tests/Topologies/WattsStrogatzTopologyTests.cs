using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Topologies;

public class WattsStrogatzTopologyTests
{
    static Topology Build(int n, int k, double beta, ulong seed) =>
        Graphs.Build(new WattsStrogatzTopology(new() { Nodes = n, Neighbours = k, Rewiring = beta }), seed);

    [Fact]
    public void Without_rewiring_the_nearest_are_joined()
    {
        var edges = Graphs.CheckInvariants(Build(11, 4, 0, 1));
        Assert.Equal(44, edges.Count);
        Assert.All(edges, e => Assert.InRange(Math.Min((e.To - e.From + 11) % 11, (e.From - e.To + 11) % 11), 1, 2));
    }

    [Fact]
    public void Rewiring_keeps_the_number_of_edges_and_half_the_degree()
    {
        for (ulong seed = 0; seed < 40; seed++)
        {
            int k = 2 * (1 + (int)(seed % 3)), n = k + 1 + (int)(seed % 9);
            var t = Build(n, k, seed % 2 == 0 ? 1 : 0.4, seed);
            Assert.Equal(n * k, Graphs.CheckInvariants(t).Count);
            Assert.True(t.OutDegreeMin >= k / 2); // a node keeps the edges it brought in
        }
    }

    [Fact]
    public void The_share_of_moved_edges_is_beta()
    {
        var edges = Graphs.Edges(Build(20_000, 4, 0.25, 3));
        int near = edges.Count(e => (e.To - e.From + 20_000) % 20_000 is <= 2 or >= 19_998);
        Assert.Equal(0.75, near / 80_000.0, 0.012); // five standard deviations of 40,000 edges
    }

    [Fact]
    public void Degenerate_sizes_work_and_others_are_refused()
    {
        Assert.Equal(0, Build(1, 4, 0.5, 1).Edges);
        Assert.True(Build(5, 4, 1, 1).IsComplete);
        Assert.Single(Graphs.Violations(new WattsStrogatzTopology.Options { Nodes = 10, Neighbours = 3 }));
        Assert.Single(Graphs.Violations(new WattsStrogatzTopology.Options { Nodes = 4, Neighbours = 4 }));
    }
}
