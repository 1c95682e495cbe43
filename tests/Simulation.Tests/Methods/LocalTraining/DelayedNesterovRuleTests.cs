using AsyncOpt.Core.Methods.LocalTraining;
using AsyncOpt.Core.Optimizers;

namespace AsyncOpt.Simulation.Tests.Methods.LocalTraining;

public class DelayedNesterovRuleTests
{
    const double Rate = 0.3, Beta = 0.9;

    static double[] Path(int period, double c, double[] g) =>
        RuleProbe.Path(new DelayedNesterovRule(new() { Period = period, C = c }), new Nesterov(new()), Rate, 4, g);

    static double[] Nesterov(double[] g) =>
        RuleProbe.Path(new ImmediateRule(), new Nesterov(new()), Rate, 4, g);

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(1)]
    public void Period_one_is_nesterov_step_for_step(double c)
    {
        var g = RuleProbe.Updates(12);
        var expected = Nesterov(g);
        var actual = Path(1, c, g);
        for (var t = 0; t < g.Length; t++)
            Assert.Equal(expected[t], actual[t], 1e-14);
    }

    [Fact]
    public void Without_c_a_period_is_one_nesterov_step_along_the_mean()
    {
        var g = RuleProbe.Updates(12);
        var means = Enumerable.Range(0, 3).Select(i => g[(4 * i)..((4 * i) + 4)].Average()).ToArray();
        var expected = Nesterov(means);
        var actual = Path(4, 0, g);
        for (var i = 0; i < 3; i++)
            Assert.Equal(expected[i], actual[(4 * i) + 3], 1e-14);
    }

    /// <summary>Algorithm 3, written out; and the end of a period differs by eta beta c (N - 1) (m_new - m_old).</summary>
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.25)]
    public void C_spreads_the_momentum_over_the_period(double c)
    {
        const int n = 4;
        var g = RuleProbe.Updates(12);
        var (actual, without) = (Path(n, c, g), Path(n, 0, g));

        double x = 0, m = 0, sum = 0, apart = 0;
        for (var t = 0; t < g.Length; t++)
        {
            sum += g[t];
            if ((t + 1) % n == 0)
            {
                var old = m;
                m = (Beta * m) + (sum / n);
                x -= Rate * (((1 - (c * n) + c) * Beta * m) + (g[t] / n));
                sum = 0;
                apart += Rate * Beta * c * (n - 1) * (m - old);
                Assert.Equal(apart, actual[t] - without[t], 1e-14);
                Assert.NotEqual(0, apart, 1e-6);
            }
            else
                x -= Rate * ((c * Beta * m) + (g[t] / n));
            Assert.Equal(x, actual[t], 1e-14);
        }
    }

    [Fact]
    public void Refuses_other_optimizers_and_too_large_a_c()
    {
        Assert.Single(new DelayedNesterovRule(new()).Violations(new Adam(new()), new NoStalenessRule()));
        Assert.Empty(new DelayedNesterovRule(new()).Violations(new Nesterov(new()), new NoStalenessRule()));
        Assert.Single(new DelayedNesterovRule(new() { C = 0.26 }).Errors(4));
        Assert.Empty(new DelayedNesterovRule(new() { C = 0.25 }).Errors(4));
        Assert.Empty(new DelayedNesterovRule(new() { C = 0.5, Period = 2 }).Errors(4));
    }
}
