using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Topologies;

public class MixingMatrixTests
{
    static Topology Ring(int n) => Graphs.Build(new RingTopology(new() { Nodes = n }));

    /// <summary>Row sums, signs, the two properties and the product, against the dense matrix.</summary>
    internal static double[,] CheckInvariants(MixingMatrix w)
    {
        var dense = w.ToDense();
        int n = w.Nodes;
        bool symmetric = true, doubly = true;
        for (int i = 0; i < n; i++)
        {
            double row = 0, column = 0;
            for (int j = 0; j < n; j++)
            {
                row += dense[i, j];
                column += dense[j, i];
                symmetric &= Math.Abs(dense[i, j] - dense[j, i]) <= 1e-12;
                Assert.True(dense[i, j] >= 0);
                Assert.True(i == j || dense[i, j] == 0 || w.Topology.EdgeId(j, i) >= 0, "weight without an edge");
            }
            Assert.Equal(1, row, 1e-12);
            doubly &= Math.Abs(column - 1) <= 1e-12;
        }
        Assert.Equal(symmetric, w.IsSymmetric);
        Assert.Equal(doubly, w.IsDoublyStochastic);
        var draws = new GraphDraws(3);
        double[] x = [.. Enumerable.Range(0, n).Select(_ => draws.Uniform())], y = new double[n];
        w.Multiply(x, y);
        for (int i = 0; i < n; i++)
            Assert.Equal(Enumerable.Range(0, n).Sum(j => dense[i, j] * x[j]), y[i], 1e-12);
        return dense;
    }

    [Fact]
    public void One_weight_for_all_edges_takes_no_memory_per_edge_and_means_the_same()
    {
        var constant = MixingMatrix.OfWeight(Ring(6), 0.2);
        var each = MixingMatrix.OfEdges(Ring(6), (_, _) => 0.2);
        Assert.Equal((0.2, 0.6), constant.Constant);
        Assert.Null(each.Constant);
        Assert.Equal(CheckInvariants(each), CheckInvariants(constant));
    }

    [Fact]
    public void Unequal_weights_are_neither_symmetric_nor_doubly_stochastic_and_are_found_out()
    {
        // Node 0 listens to node 1 more than node 1 to node 0.
        var skewed = MixingMatrix.OfEdges(Ring(4), (i, j) => i == 0 && j == 1 ? 0.5 : 0.25);
        Assert.False(skewed.IsSymmetric || skewed.IsDoublyStochastic);
        CheckInvariants(skewed);
        // A directed ring with unequal turns: columns sum to 1 only if the weights are one.
        var oneWay = Graphs.Build(new RingTopology(new() { Nodes = 4, Directed = true }));
        CheckInvariants(MixingMatrix.OfEdges(oneWay, (i, _) => i == 0 ? 0.5 : 0.25));
        Assert.True(MixingMatrix.OfEdges(oneWay, (_, _) => 0.25) is { IsSymmetric: false, IsDoublyStochastic: true });
    }

    [Fact]
    public void Rows_that_exceed_one_or_are_negative_are_refused()
    {
        Assert.Throws<ArgumentException>(() => MixingMatrix.OfWeight(Ring(5), 0.6));
        Assert.Throws<ArgumentException>(() => MixingMatrix.OfEdges(Ring(5), (i, j) => i < j ? -0.1 : 0.1));
        Assert.Throws<ArgumentException>(() => MixingMatrix.OfEdges(Ring(5), (_, _) => double.NaN));
        Assert.Throws<ArgumentException>(
            () => MixingMatrix.OfWeight(Graphs.Build(new StarTopology(new() { Nodes = 4 })), 0.1));
    }

    [Fact]
    public void A_hub_of_many_leaves_keeps_what_its_weights_leave()
    {
        const int N = 100_001;
        var star = new MetropolisHastingsMixing().Build(Graphs.Build(new StarTopology(new() { Nodes = N })));
        Assert.Equal(1.0 / N, star.SelfWeight(0), 1e-16 * 5);
        Assert.True(star.IsDoublyStochastic);
    }

    [Fact]
    public void A_complete_graph_without_rows_averages_exactly()
    {
        const int N = 3000;
        var w = new UniformMixing().Build(Graphs.Build(new CompleteTopology(new() { Nodes = N })));
        double[] x = [.. Enumerable.Range(0, N).Select(i => (double)i)], y = new double[N];
        w.Multiply(x, y);
        Assert.All(y, v => Assert.Equal((N - 1) / 2.0, v, 1e-9));
        Assert.True(w.IsSymmetric && w.IsDoublyStochastic);
        Assert.Equal(N - 1, w.Weights(5).Length);
    }

    [Fact]
    public void Random_graphs_satisfy_every_invariant_under_every_rule()
    {
        for (ulong seed = 0; seed < 30; seed++)
        {
            int n = 1 + (int)(seed % 11);
            var undirected = Graphs.OfArcs(n, true, Graphs.RandomArcs(seed, n, 2 * n));
            var directed = Graphs.OfArcs(n, false, Graphs.RandomArcs(seed, n, 2 * n));
            Assert.True(new MetropolisHastingsMixing().Build(undirected) is { IsSymmetric: true });
            CheckInvariants(new MetropolisHastingsMixing().Build(undirected));
            CheckInvariants(new UniformMixing().Build(undirected));
            CheckInvariants(new UniformMixing().Build(directed));
            CheckInvariants(new LazyMixing(new()).Build(undirected));
        }
    }
}
