using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Numerics;

public class NormalChainTests
{
    const int Chains = 40_000;

    static Draw DrawOf(int chain, long step) => new(5, Purpose.LinkDelay, (ulong)chain, (ulong)step);

    static double[] At(double correlation, long step)
    {
        var chain = new NormalChain(correlation);
        return [.. Enumerable.Range(0, Chains).Select(i => chain.At(step, DrawOf(i, step)))];
    }

    static double Z(IEnumerable<double> values, double mean, double variance) =>
        (values.Average() - mean) / Math.Sqrt(variance / Chains);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.5, 3)]
    [InlineData(0.9, 511)]
    [InlineData(0.9, 512)]
    [InlineData(0.9999, 123_456_789)]
    public void Each_step_is_normal_with_mean_0_and_variance_1(double correlation, long step)
    {
        var z = At(correlation, step);

        Assert.InRange(Z(z, 0, 1), -4, 4);
        Assert.InRange(Z(z.Select(x => x * x), 1, 2), -4, 4);
        Assert.InRange(Z(z.Select(x => x * x * x * x), 3, 96), -4, 4);
    }

    [Theory]
    [InlineData(0.5, 0, 1)]
    [InlineData(0.5, 63, 1)]
    [InlineData(0.9, 17, 1)]
    [InlineData(0.9, 17, 7)]
    [InlineData(0.9, 510, 5)] // around the step that is drawn by itself
    [InlineData(0.99, 4000, 200)]
    [InlineData(0.9999, 1_000_000, 3000)]
    public void Steps_apart_have_the_correlation_to_their_power(double correlation, long step, int apart)
    {
        var (z, later) = (At(correlation, step), At(correlation, step + apart));

        // The product of two normal numbers of correlation c has mean c and variance 1 + c^2.
        var c = Math.Pow(correlation, apart);
        Assert.InRange(Z(z.Zip(later, (x, y) => x * y), c, 1 + (c * c)), -4, 4);
    }

    [Theory]
    [InlineData(0.6, 4)]
    [InlineData(0.95, 1022)]
    public void What_comes_before_says_nothing_beyond_the_last_step(double correlation, long step)
    {
        var (before, now, later) = (At(correlation, step), At(correlation, step + 1), At(correlation, step + 2));

        // Markov: given z_1, what z_0 and z_2 have of their own is independent, each of variance 1 - a^2.
        var own = 1 - (correlation * correlation);
        var products = Enumerable.Range(0, Chains)
            .Select(i => (before[i] - (correlation * now[i])) * (later[i] - (correlation * now[i])));
        Assert.InRange(Z(products, 0, own * own), -4, 4);
    }

    [Fact]
    public void Correlations_that_are_none_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new NormalChain(-0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NormalChain(1));
    }
}
