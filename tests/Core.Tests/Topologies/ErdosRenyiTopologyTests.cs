using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Topologies;

public class ErdosRenyiTopologyTests
{
    static Topology Build(int n, double p, ulong seed) =>
        Graphs.Build(new ErdosRenyiTopology(new() { Nodes = n, Probability = p }), seed);

    [Fact]
    public void Every_pair_appears_with_the_given_probability_and_pairs_are_independent()
    {
        const int Samples = 4000;
        const double P = 0.3;
        var hits = new int[5, 5];
        int both = 0;
        for (ulong seed = 0; seed < Samples; seed++)
        {
            var edges = Graphs.CheckInvariants(Build(5, P, seed));
            foreach (var (a, b) in edges)
                hits[a, b]++;
            if (edges.Contains((0, 1)) && edges.Contains((0, 2)))
                both++;
        }
        double sigma = Math.Sqrt(Samples * P * (1 - P));
        for (int a = 0; a < 5; a++)
            for (int b = 0; b < a; b++)
                Assert.InRange(hits[a, b], Samples * P - 5 * sigma, Samples * P + 5 * sigma);
        double expected = Samples * P * P;
        Assert.InRange(both, expected - 5 * Math.Sqrt(expected), expected + 5 * Math.Sqrt(expected));
    }

    [Fact]
    public void Degenerate_probabilities_and_sizes_work()
    {
        Assert.Equal(0, Build(20, 0, 1).Edges);
        Assert.True(Build(20, 1, 1).IsComplete);
        Assert.Equal(0, Build(1, 0.5, 1).Edges);
        Assert.Equal(0, Graphs.Build(new ErdosRenyiTopology(new() { Nodes = 1, MeanDegree = 0 })).Edges);
        Assert.Equal(0, Build(1000, 1e-300, 1).Edges);
    }

    [Fact]
    public void A_million_nodes_of_mean_degree_four_have_the_expected_edges()
    {
        var t = Graphs.Build(new ErdosRenyiTopology(new() { Nodes = 1_000_000, MeanDegree = 4 }), 3);
        Assert.InRange(t.Edges / 2, 2_000_000 - 5 * 1414, 2_000_000 + 5 * 1414);
        // Degrees are Poisson: variance 4, its estimate with standard error sqrt((4 + 2 * 16) / 10^6) = 0.006.
        Assert.Equal(4, DegreeStatistics.Out(t).Variance, 0.03);
    }

    [Fact]
    public void The_largest_component_is_connected_and_seeds_differ()
    {
        var options = new ErdosRenyiTopology.Options { Nodes = 200, MeanDegree = 1.5, LargestComponent = true };
        var t = Graphs.Build(new ErdosRenyiTopology(options), 5);
        Assert.InRange(t.Nodes, 50, 180); // the giant component holds 0.58 of all for mean degree 1.5
        Connectivity.RequireConnected(t);
        Assert.NotEqual(Graphs.Edges(Build(30, 0.2, 1)), Graphs.Edges(Build(30, 0.2, 2)));
        Assert.Equal(Graphs.Edges(Build(30, 0.2, 1)), Graphs.Edges(Build(30, 0.2, 1)));
    }

    [Fact]
    public void Exactly_one_of_probability_and_mean_degree_is_expected()
    {
        Assert.Single(Graphs.Violations(new ErdosRenyiTopology.Options { Nodes = 5 }));
        Assert.Single(Graphs.Violations(new ErdosRenyiTopology.Options { Nodes = 5, Probability = 1, MeanDegree = 1 }));
        Assert.Single(Graphs.Violations(new ErdosRenyiTopology.Options { Nodes = 5, MeanDegree = 4.5 }));
        Assert.Empty(Graphs.Violations(new ErdosRenyiTopology.Options { Nodes = 5, MeanDegree = 4 }));
    }
}
