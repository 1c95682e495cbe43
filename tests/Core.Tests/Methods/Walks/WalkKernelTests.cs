using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Topologies;
using static AsyncOpt.Core.Tests.Methods.Walks.Chains;

namespace AsyncOpt.Core.Tests.Methods.Walks;

public class WalkKernelTests
{
    [Theory]
    [InlineData("srw")]
    [InlineData("mhrw")]
    [InlineData("lazy-srw")]
    [InlineData("max-degree")]
    public void The_repellent_kernel_is_in_detailed_balance_with_its_stationary_distribution(string chain)
    {
        const double alpha = 2.5;
        var walk = Of(chain);
        double[] x = [0.1, 0.3, 0.15, 0.4, 0.05];
        var mu = walk.Mu(Lollipop);
        var p = Matrix(walk, Lollipop);
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
    [InlineData("srw")]
    [InlineData("mhrw")]
    [InlineData("lazy-srw")]
    [InlineData("max-degree")]
    public void A_common_factor_of_the_measure_changes_nothing(string chain)
    {
        var walk = Of(chain);
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
        new MhrwChain().Weights(Lollipop, 0, plain);
        new MhrwChain().Weights(Lollipop, 0, repelled);
        WalkKernel.Repel(Lollipop, 0, [5, 4, 3, 2, 1], -10, 0, repelled, repelled);

        Assert.Equal(plain, repelled);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.7)]
    public void Factors_of_four_nodes_at_once_are_those_of_each(double stays)
    {
        var draws = new DrawSequence(3, Purpose.None);
        for (var degree = 1; degree < 12; degree++)
        {
            var star = new StarTopology(new() { Nodes = degree + 1 }).Build(GraphContext.OfSeed(1));
            var logs = Enumerable.Range(0, degree + 1).Select(_ => 200 * (draws.Uniform() - 0.5)).ToArray();
            double[] weights = [.. Enumerable.Range(0, degree).Select(_ => draws.Uniform()), stays];
            int[] targets = [.. Enumerable.Range(1, degree), 0];
            var least = targets.Where((_, k) => weights[k] > 0).Min(j => Math.Max(-50, logs[j]));
            var expected = weights.Select(
                (w, k) => w == 0 ? 0 : w * ExactMath.Exp(-5 * (Math.Max(-50, logs[targets[k]]) - least))).ToArray();

            WalkKernel.Repel(star, 0, logs, -50, 5, weights, weights);

            Assert.Equal(expected, weights);
        }
    }

    [Fact]
    public void Extreme_measures_neither_overflow_nor_vanish()
    {
        var weights = new double[4];
        new SrwChain().Weights(Lollipop, 2, weights);
        WalkKernel.Repel(Lollipop, 2, [-700, 700, 0, double.NegativeInfinity, 0], -500, 20, weights, weights);

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
