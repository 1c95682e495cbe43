using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Numerics;

public sealed class DrawTests
{
    [Fact]
    public void Lays_out_the_counter_as_documented()
    {
        var draw = new Draw(0x1122334455667788, Purpose.LinkDelay, 0xAABBCC_11223344, 0xEEFF_99887766);
        Philox.Block(
            0x55667788, 0x11223344, 0x99887766, 0x0003_EEFF, 0x11223344, 0x02AABBCC,
            out var r0, out var r1, out var r2, out var r3);

        Assert.Equal([r0, r1, r2, r3], new[] { draw.Word(12), draw.Word(13), draw.Word(14), draw.Word(15) });
    }

    [Fact]
    public void Differs_in_seed_purpose_id_k_and_word()
    {
        var words = new HashSet<uint>();
        foreach (var seed in new ulong[] { 0, 1, 1UL << 63 })
            foreach (var purpose in new[] { Purpose.None, Purpose.Tie, Purpose.Search })
                foreach (var id in new ulong[] { 0, 1, 1UL << 32, (1UL << 56) - 1 })
                    foreach (var k in new ulong[] { 0, 1, 1UL << 32, (1UL << 48) - 1 })
                        for (var i = 0; i < 10; i++)
                            words.Add(new Draw(seed, purpose, id, k).Word(i * 1000));

        // 1,440 words; two equal ones among them by chance: one in 4,000.
        Assert.Equal(3 * 3 * 4 * 4 * 10, words.Count);
    }

    [Fact]
    public void Uniform_is_in_the_open_interval_and_has_mean_and_variance_of_the_uniform_law()
    {
        Assert.Equal(0.5 / (1UL << 52), Draw.ToUniform(0, 0));
        Assert.Equal(1 - 0.5 / (1UL << 52), Draw.ToUniform(uint.MaxValue, uint.MaxValue));
        AssertMoments(i => new Draw(1, Purpose.None, 2, (ulong)i).Uniform(i & 3), 0.5, 1.0 / 12, 1.0 / 80);
    }

    [Fact]
    public void Normal_has_moments_0_and_1() =>
        AssertMoments(i => new Draw(1, Purpose.None, 3, (ulong)(i / 4)).Normal(i & 3), 0, 1, 3);

    [Fact]
    public void Exponential_has_mean_and_variance_1() =>
        AssertMoments(i => new Draw(1, Purpose.None, 4, (ulong)i).Exponential(), 1, 1, 9);

    [Fact]
    public void Normal_pairs_are_uncorrelated_and_follow_the_normal_quantiles()
    {
        const int N = 100_000;
        double product = 0, below = 0;
        for (var i = 0; i < N; i++)
        {
            new Draw(5, Purpose.None, 0, (ulong)i).NormalPair(0, out var a, out var b);
            product += a * b;
            below += a < 1.2815515655446004 ? 1 : 0;
        }

        Assert.InRange(product / N, -5 / Math.Sqrt(N), 5 / Math.Sqrt(N));
        Assert.InRange(below / N, 0.9 - 5 * Math.Sqrt(0.09 / N), 0.9 + 5 * Math.Sqrt(0.09 / N));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Below_is_uniform(int n)
    {
        const int Draws = 100_000;
        var counts = new int[n];
        for (var i = 0; i < Draws; i++)
            counts[new Draw(6, Purpose.Program, 1, (ulong)(i / 8)).Below(n, i & 7)]++;

        AssertUniform(counts);
    }

    [Fact]
    public void Below_rejects_what_would_be_biased()
    {
        // 3 * 2^29 values: a plain product would hit multiples of 3 twice as often as the others.
        const int N = 3 << 29;
        var counts = new int[3];
        for (var i = 0; i < 90_000; i++)
            counts[new Draw(7, Purpose.Program, 1, (ulong)i).Below(N) % 3]++;

        AssertUniform(counts);
    }

    [Fact]
    public void A_sequence_continues_the_words_of_its_draws()
    {
        var sequence = new DrawSequence(8, Purpose.Topology, 9);
        for (var i = 0; i < 12; i++)
            Assert.Equal(new Draw(8, Purpose.Topology, 9, (ulong)(i / 4)).Word(i % 4), sequence.Next());
    }

    [Fact]
    public void A_sequence_has_the_moments_of_its_laws()
    {
        var sequence = new DrawSequence(10, Purpose.Data);
        AssertMoments(_ => sequence.Uniform(), 0.5, 1.0 / 12, 1.0 / 80);
        AssertMoments(_ => sequence.Normal(), 0, 1, 3);
        AssertMoments(_ => sequence.Exponential(), 1, 1, 9);
        var counts = new int[11];
        for (var i = 0; i < 50_000; i++)
            counts[sequence.Below(11)]++;
        AssertUniform(counts);
    }

    [Fact]
    public void All_orders_of_a_shuffle_are_equally_likely()
    {
        var sequence = new DrawSequence(11, Purpose.Shard);
        var counts = new Dictionary<string, int>();
        for (var i = 0; i < 24_000; i++)
        {
            char[] items = ['a', 'b', 'c', 'd'];
            sequence.Shuffle(items.AsSpan());
            var order = new string(items);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(24, counts.Count);
        AssertUniform([.. counts.Values]);
    }

    /// <summary>
    /// Mean and variance over 10^5 draws, within five standard errors; the fourth moment is the central one.
    /// </summary>
    static void AssertMoments(Func<int, double> draw, double mean, double variance, double fourthMoment)
    {
        const int N = 100_000;
        double sum = 0, squares = 0;
        for (var i = 0; i < N; i++)
        {
            var x = draw(i) - mean;
            sum += x;
            squares += x * x;
        }
        var error = 5 * Math.Sqrt(variance / N);
        Assert.InRange(sum / N, -error, error);
        error = 5 * Math.Sqrt((fourthMoment - variance * variance) / N);
        Assert.InRange(squares / N, variance - error, variance + error);
    }

    /// <summary>
    /// Chi-square over equal cells: mean c - 1, variance 2 (c - 1); five deviations and a little for skewness.
    /// </summary>
    internal static void AssertUniform(int[] counts)
    {
        var expected = counts.Sum() / (double)counts.Length;
        var chiSquare = counts.Sum(c => (c - expected) * (c - expected) / expected);
        var freedom = counts.Length - 1.0;
        Assert.InRange(chiSquare, 0, freedom + 5 * Math.Sqrt(2 * freedom) + 10);
    }
}
