using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Topologies;

public class RandomRegularTopologyTests
{
    static Topology Build(int n, int d, ulong seed) =>
        Graphs.Build(new RandomRegularTopology(new() { Nodes = n, Degree = d }), seed);

    [Fact]
    public void Every_node_has_the_degree_and_the_graph_is_connected()
    {
        for (int n = 1; n <= 14; n++)
        {
            for (int d = 0; d < n; d++)
            {
                if (Graphs.Violations(new RandomRegularTopology.Options { Nodes = n, Degree = d }).Length > 0)
                    continue;
                var t = Build(n, d, (ulong)(100 * n + d));
                Graphs.CheckInvariants(t);
                Assert.True(t.IsRegular && t.IsSymmetric);
                Assert.Equal((n, d), (t.Nodes, t.OutDegreeMax));
                Assert.Equal(1, Connectivity.Components(t).Count);
            }
        }
    }

    [Fact]
    public void Cubic_graphs_of_six_nodes_come_up_in_their_proportions()
    {
        // Of the 70 labelled ones 10 are K_3,3, which has no triangle, and 60 are prisms.
        int bipartite = 0;
        const int Samples = 2000;
        for (ulong seed = 0; seed < Samples; seed++)
        {
            var edges = Graphs.Edges(Build(6, 3, seed));
            if (!edges.Any(e => Enumerable.Range(0, 6).Any(
                    c => edges.Contains((e.To, c)) && edges.Contains((c, e.From)))))
                bipartite++;
        }
        Assert.Equal(1.0 / 7, bipartite / (double)Samples, 0.04); // five standard deviations
    }

    [Fact]
    public void Cubic_graphs_of_eight_nodes_come_up_in_their_proportions()
    {
        // Drawn directly, not as a complement. 19,320 connected labelled ones, 840 of them cubes (8! / 48): two graphs
        // of eight nodes without triangles exist, and the cube is the bipartite one.
        int cubes = 0;
        const int Samples = 6000;
        for (ulong seed = 0; seed < Samples; seed++)
            if (IsBipartite(Build(8, 3, seed)))
                cubes++;
        Assert.Equal(840.0 / 19_320, cubes / (double)Samples, 0.013); // five standard deviations

        static bool IsBipartite(Topology t)
        {
            var d = Graphs.Distances(t);
            return Graphs.Edges(t).All(e => d[0, e.From] % 2 != d[0, e.To] % 2);
        }
    }

    [Fact]
    public void Pairs_are_joined_equally_often_whatever_their_numbers()
    {
        var hits = new int[8, 8];
        const int Samples = 3000;
        for (ulong seed = 0; seed < Samples; seed++)
            foreach (var (a, b) in Graphs.Edges(Build(8, 3, seed)))
                hits[a, b]++;
        double mean = Samples * 3 / 7.0, sigma = Math.Sqrt(mean * 4 / 7);
        for (int a = 0; a < 8; a++)
            for (int b = 0; b < a; b++)
                Assert.InRange(hits[a, b], mean - 5 * sigma, mean + 5 * sigma);
    }

    [Fact]
    public void Large_graphs_are_built_in_linear_time_and_seeds_repeat()
    {
        var t = Build(200_000, 4, 9);
        Assert.True(t.IsRegular && t.OutDegreeMax == 4);
        Assert.Equal(Graphs.Edges(Build(50, 5, 4)), Graphs.Edges(Build(50, 5, 4)));
        Assert.NotEqual(Graphs.Edges(Build(50, 4, 4)), Graphs.Edges(Build(50, 4, 5)));
    }

    [Fact]
    public void Impossible_degrees_are_refused()
    {
        Assert.Single(Graphs.Violations(new RandomRegularTopology.Options { Nodes = 5, Degree = 5 }));
        Assert.Single(Graphs.Violations(new RandomRegularTopology.Options { Nodes = 5, Degree = 3 }));
        Assert.Single(Graphs.Violations(new RandomRegularTopology.Options { Nodes = 4, Degree = 1 }));
        Assert.Single(Graphs.Violations(new RandomRegularTopology.Options { Nodes = 3, Degree = 0 }));
        Assert.Empty(Graphs.Violations(new RandomRegularTopology.Options { Nodes = 2, Degree = 1 }));
    }
}
