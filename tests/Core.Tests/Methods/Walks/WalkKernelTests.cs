using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Methods.Walks;

public class WalkKernelTests
{
    static readonly Topology Lollipop = Build([(0, 1), (0, 2), (1, 2), (2, 3), (3, 4)], 5);

    static Topology Build((int, int)[] edges, int nodes)
    {
        var builder = new TopologyBuilder(nodes, symmetric: true, edges.Length);
        foreach (var (a, b) in edges)
            builder.Add(a, b);
        return builder.Build("test");
    }

    static double[,] Matrix(WalkBase walk, Topology graph, double alpha, double[] logRatios)
    {
        var n = graph.Nodes;
        var matrix = new double[n, n];
        var weights = new double[n + 1];
        for (var i = 0; i < n; i++)
        {
            var count = WalkKernel.BaseWeights(walk, graph, i, weights);
            WalkKernel.Repel(graph, i, logRatios, double.NegativeInfinity, alpha, weights);
            var sum = weights[..count].Sum();
            for (var k = 0; k < count; k++)
                matrix[i, k == count - 1 ? i : graph.OutNeighbours(i)[k]] += weights[k] / sum;
        }
        return matrix;
    }

    static double[] RatiosOf(WalkBase walk, Topology graph, double[] x) =>
        [.. WalkKernel.LogStationary(walk, graph).Select((logMu, j) => Math.Log(x[j]) - logMu)];

    [Fact]
    public void A_simple_walk_goes_to_each_neighbour_alike_and_never_stays()
    {
        var p = Matrix(WalkBase.Srw, Lollipop, 0, new double[5]);

        Assert.Equal([1.0 / 3, 1.0 / 3, 0, 1.0 / 3, 0], Enumerable.Range(0, 5).Select(j => p[2, j]));
        Assert.Equal([0.5, 0, 0.5, 0, 0], Enumerable.Range(0, 5).Select(j => p[1, j]));
    }

    [Fact]
    public void A_metropolis_walk_stays_where_its_neighbours_have_more_neighbours()
    {
        var p = Matrix(WalkBase.Mhrw, Lollipop, 0, new double[5]);

        Assert.Equal(1.0 / 3, p[0, 2], 1e-15); // min(1/2, 1/3)
        Assert.Equal(0.5, p[0, 1], 1e-15);
        Assert.Equal(1.0 / 6, p[0, 0], 1e-15);
        Assert.Equal(0.5, p[4, 4], 1e-15);
    }

    [Theory]
    [InlineData(WalkBase.Srw)]
    [InlineData(WalkBase.Mhrw)]
    public void The_repellent_kernel_is_in_detailed_balance_with_its_stationary_distribution(WalkBase walk)
    {
        const double alpha = 2.5;
        double[] x = [0.1, 0.3, 0.15, 0.4, 0.05];
        var mu = WalkKernel.LogStationary(walk, Lollipop).Select(x => Math.Exp(x)).ToArray();
        var p = Matrix(walk, Lollipop, 0, new double[5]);
        var k = Matrix(walk, Lollipop, alpha, RatiosOf(walk, Lollipop, x));
        double Factor(int j) => Math.Pow(x[j] / mu[j], -alpha);
        var pi = Enumerable.Range(0, 5)
            .Select(i => mu[i] * Factor(i) * Enumerable.Range(0, 5).Sum(j => p[i, j] * Factor(j))).ToArray();

        Assert.Equal(1, mu.Sum(), 1e-14);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(1, Enumerable.Range(0, 5).Sum(j => k[i, j]), 1e-14);
            for (var j = 0; j < 5; j++)
            {
                var total = Enumerable.Range(0, 5).Sum(l => p[i, l] * Factor(l));
                Assert.Equal(p[i, j] * Factor(j) / total, k[i, j], 1e-13);
                Assert.Equal(pi[i] * k[i, j] / pi.Sum(), pi[j] * k[j, i] / pi.Sum(), 1e-14);
            }
        }
    }

    [Theory]
    [InlineData(WalkBase.Srw)]
    [InlineData(WalkBase.Mhrw)]
    public void A_common_factor_of_the_measure_changes_nothing(WalkBase walk)
    {
        double[] x = [0.1, 0.3, 0.15, 0.4, 0.05];
        var k = Matrix(walk, Lollipop, 3, RatiosOf(walk, Lollipop, x));
        var scaled = Matrix(walk, Lollipop, 3, RatiosOf(walk, Lollipop, [.. x.Select(v => v * 1e-40)]));

        for (var i = 0; i < 5; i++)
        {
            for (var j = 0; j < 5; j++)
                Assert.Equal(k[i, j], scaled[i, j], 1e-12);
        }
    }

    [Fact]
    public void Without_repellence_the_weights_keep_their_bits()
    {
        double[] plain = new double[6], repelled = new double[6];
        WalkKernel.BaseWeights(WalkBase.Mhrw, Lollipop, 0, plain);
        WalkKernel.BaseWeights(WalkBase.Mhrw, Lollipop, 0, repelled);
        WalkKernel.Repel(Lollipop, 0, [5, 4, 3, 2, 1], -10, 0, repelled);

        Assert.Equal(plain, repelled);
    }

    [Fact]
    public void Extreme_measures_neither_overflow_nor_vanish()
    {
        var weights = new double[4];
        WalkKernel.BaseWeights(WalkBase.Srw, Lollipop, 2, weights);
        WalkKernel.Repel(Lollipop, 2, [-700, 700, 0, double.NegativeInfinity, 0], -500, 20, weights);

        Assert.Equal([1, 0, 1, 0], weights); // node 3 counts as the floor, like node 0; node 1 is out of reach
    }

    [Theory]
    [InlineData(0.01, 0)]
    [InlineData(0.2499, 0)]
    [InlineData(0.25, 2)]
    [InlineData(0.999, 2)]
    [InlineData(0.9999999999999999, 2)]
    public void Sampling_inverts_the_running_sum_and_skips_zeros(double share, int index) =>
        Assert.Equal(index, WalkKernel.Sample([1, 0, 3, 0], share));

    [Fact]
    public void Equal_weights_are_sampled_like_the_integer_part()
    {
        for (var i = 0; i < 1000; i++)
        {
            var share = (i + 0.5) / 1000;
            Assert.Equal((int)(share * 7), WalkKernel.Sample([1, 1, 1, 1, 1, 1, 1, 0], share));
        }
    }
}
