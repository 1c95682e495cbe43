using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Topologies;

public class GraphDrawsTests
{
    // Known answers of the Random123 distribution (kat_vectors, philox4x32 10).
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue,
        0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u,
        0xd16cfe09u, 0x94fdcceb, 0x5001e420u, 0x24126ea1u)]
    public void Philox_gives_the_published_words(
        uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint w0, uint w1, uint w2, uint w3)
    {
        var words = new uint[4];
        GraphDraws.Block(c0, c1, c2, c3, k0, k1, words);
        Assert.Equal([w0, w1, w2, w3], words);
    }

    [Fact]
    public void Below_hits_every_value_about_equally_often()
    {
        var draws = new GraphDraws(7);
        var hits = new int[6];
        for (int i = 0; i < 60_000; i++)
            hits[draws.Below(6)]++;
        // Each count has standard deviation sqrt(60000 * 5/36) = 91.
        Assert.All(hits, h => Assert.InRange(h, 10_000 - 450, 10_000 + 450));
        Assert.Equal(0, draws.Below(1));
    }

    [Fact]
    public void Uniform_stays_below_one_and_has_the_moments_of_its_law()
    {
        var draws = new GraphDraws(8);
        double sum = 0, squares = 0;
        const int Count = 100_000;
        for (int i = 0; i < Count; i++)
        {
            double u = draws.Uniform();
            Assert.InRange(u, 0, 1 - 1e-16);
            sum += u;
            squares += u * u;
        }
        Assert.Equal(0.5, sum / Count, 0.005);
        Assert.Equal(1.0 / 3, squares / Count, 0.005);
    }

    [Fact]
    public void Seed_and_purpose_select_different_streams_and_repeat_exactly()
    {
        static int[] Take(GraphDraws d) => [.. Enumerable.Range(0, 8).Select(_ => d.Below(1 << 30))];
        Assert.Equal(Take(new GraphDraws(1)), Take(new GraphDraws(1)));
        Assert.NotEqual(Take(new GraphDraws(1)), Take(new GraphDraws(2)));
        Assert.NotEqual(Take(new GraphDraws(1)), Take(new GraphDraws(1UL << 32 | 1)));
        Assert.NotEqual(Take(new GraphDraws(1, 5)), Take(new GraphDraws(1, 6)));
    }

    [Fact]
    public void Shuffle_makes_all_orders_of_three_equally_often()
    {
        var draws = new GraphDraws(9);
        var counts = new Dictionary<string, int>();
        for (int i = 0; i < 12_000; i++)
        {
            int[] items = [0, 1, 2];
            draws.Shuffle(items);
            string key = string.Join(' ', items);
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }
        Assert.Equal(6, counts.Count);
        Assert.All(counts.Values, c => Assert.InRange(c, 2000 - 210, 2000 + 210)); // 5 standard deviations
    }
}
