using AsyncOpt.Core.Methods.Walks;
using static AsyncOpt.Core.Tests.Methods.Walks.Chains;

namespace AsyncOpt.Core.Tests.Methods.Walks;

public class HistoryWalkerTests
{
    static double Probability(int i, int j, double[] logRatios, double alpha, double floor = double.NegativeInfinity) =>
        HistoryWalker.Acceptance(Lollipop, i, j, logRatios, floor, alpha) / Lollipop.OutDegree(i);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7.5)]
    public void A_measure_held_fixed_leaves_its_target_in_detailed_balance(double alpha)
    {
        double[] x = [0.1, 0.3, 0.15, 0.4, 0.05];
        double[] logRatios = [.. x.Select(v => Math.Log(v * 5))];

        for (var i = 0; i < 5; i++)
        {
            foreach (var j in Lollipop.OutNeighbours(i))
            {
                var there = Math.Pow(x[i], -alpha) * Probability(i, j, logRatios, alpha);
                Assert.Equal(1, there / (Math.Pow(x[j], -alpha) * Probability(j, i, logRatios, alpha)), 1e-12);
            }
        }
    }

    [Fact]
    public void A_measure_in_equilibrium_gives_the_metropolis_walk()
    {
        var p = Matrix(new MhrwChain(), Lollipop);

        for (var i = 0; i < 5; i++)
        {
            foreach (var j in Lollipop.OutNeighbours(i))
                Assert.Equal(p[i, j], Probability(i, j, new double[5], 7), 1e-15);
        }
    }

    [Fact]
    public void A_node_that_was_left_long_ago_counts_as_the_floor()
    {
        double[] logRatios = [0, -500, 0, 0, double.NegativeInfinity];

        Assert.Equal(Probability(0, 1, [0, -3, 0, 0, 0], -2), Probability(0, 1, logRatios, -2, floor: -3), 1e-15);
        Assert.Equal(1, HistoryWalker.Acceptance(Lollipop, 3, 4, logRatios, -30, 1000));
    }
}
