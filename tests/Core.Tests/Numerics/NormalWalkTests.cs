using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Numerics;

public class NormalWalkTests
{
    const int Walks = 20_000;

    static double At(int walk, long step) => NormalWalk.At(step, new Draw(5, Purpose.None, (ulong)walk, 0));

    // Any two steps have covariance min(m, n); pairs lie in one block, in several, at powers of two and between.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(7, 7)]
    [InlineData(1, 2)]
    [InlineData(5, 6)]
    [InlineData(6, 7)]
    [InlineData(12, 13)]
    [InlineData(3, 8)]
    [InlineData(900, 1100)]
    [InlineData(1_000_000_007, 1_000_000_009)]
    public void Is_normal_with_the_covariance_of_a_random_walk(long m, long n)
    {
        var (first, second) = (new double[Walks], new double[Walks]);
        for (var w = 0; w < Walks; w++)
            (first[w], second[w]) = (At(w, m), At(w, n));

        var scale = Math.Sqrt(m);
        Check(first.Select(x => x / scale), 0);
        Check(first.Select(x => x * x / m), 1);
        Check(first.Select(x => x * x * x * x / ((double)m * m)), 3);
        // What comes after step m is independent of it, and has the variance n - m.
        if (m == n)
            return;
        var steps = first.Zip(second, (x, y) => (y - x) / Math.Sqrt(n - m)).ToList();
        Check(steps, 0);
        Check(steps.Select(s => s * s), 1);
        Check(steps.Zip(first, (s, x) => s * x / scale), 0);
    }

    [Fact]
    public void Begins_at_zero_and_has_no_steps_before_that()
    {
        Assert.Equal(0, At(3, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => At(3, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => At(3, (1L << 47) + 1));
        Assert.True(double.IsFinite(At(3, 1L << 47)));
    }

    static void Check(IEnumerable<double> values, double mean)
    {
        var all = values.ToList();
        var average = all.Average();
        var error = Math.Sqrt(all.Sum(x => (x - average) * (x - average)) / (all.Count - 1.0) / all.Count);
        Assert.InRange((average - mean) / error, -4, 4);
    }
}
