using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Topologies;

public class MetropolisHastingsMixingTests
{
    static double[,] Dense(TopologyGenerator generator) =>
        MixingMatrixTests.CheckInvariants(new MetropolisHastingsMixing().Build(Graphs.Build(generator)));

    [Fact]
    public void A_star_is_all_one_over_m_at_the_hub()
    {
        // Zhu et al., arXiv 2306.02913: hub row all 1/m; leaf 1 - 1/m on itself and 1/m on the hub.
        const int M = 7;
        var w = Dense(new StarTopology(new() { Nodes = M }));
        for (int j = 0; j < M; j++)
            Assert.Equal(1.0 / M, w[0, j], 1e-15);
        for (int leaf = 1; leaf < M; leaf++)
            for (int j = 0; j < M; j++)
                Assert.Equal(j == 0 ? 1.0 / M : j == leaf ? 1 - 1.0 / M : 0, w[leaf, j], 1e-15);
    }

    [Fact]
    public void A_ring_is_thirds_and_a_torus_fifths()
    {
        var ring = Dense(new RingTopology(new() { Nodes = 9 }));
        Assert.Equal((1.0 / 3, 1.0 / 3, 1.0 / 3, 0), (ring[4, 3], ring[4, 4], ring[4, 5], ring[4, 6]));
        var torus = Dense(new TorusTopology(new() { Rows = 3, Columns = 4 }));
        Assert.Equal((0.2, 0.2), (torus[5, 5], torus[5, 1]));
    }

    [Fact]
    public void A_path_of_three_follows_by_hand()
    {
        // Degrees 1, 2, 1: both edges weigh 1/3; the ends keep 2/3, the middle 1/3.
        var w = Dense(new GridTopology(new() { Rows = 1, Columns = 3 }));
        Assert.Equal([2.0 / 3, 1.0 / 3, 0, 1.0 / 3, 1.0 / 3, 1.0 / 3, 0, 1.0 / 3, 2.0 / 3],
            w.Cast<double>().Select(v => Math.Round(v, 15)), Comparer);
    }

    static readonly IEqualityComparer<double> Comparer =
        EqualityComparer<double>.Create((a, b) => Math.Abs(a - b) < 1e-14);

    [Fact]
    public void Directed_graphs_need_one_degree_for_all()
    {
        var exponential = new MetropolisHastingsMixing().Build(
            Graphs.Build(new ExponentialTopology(new() { Nodes = 16 })));
        Assert.Equal((0.2, 0.2), exponential.Constant);
        Assert.True(exponential is { IsSymmetric: false, IsDoublyStochastic: true });
        var e = Assert.Throws<InputException>(
            () => new MetropolisHastingsMixing().Build(Graphs.OfArcs(3, false, (0, 1), (1, 2), (2, 0), (0, 2))));
        Assert.Contains("use 'uniform'", e.Message);
    }

    [Fact]
    public void One_node_keeps_everything() =>
        Assert.Equal(1, new MetropolisHastingsMixing().Build(Graphs.OfArcs(1, true)).SelfWeight(0));
}
