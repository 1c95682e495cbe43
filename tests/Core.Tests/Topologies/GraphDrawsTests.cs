using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Topologies;

public class GraphDrawsTests
{
    [Fact]
    public void Draws_are_the_words_of_Philox_in_order_with_the_purpose_as_last_counter_word()
    {
        const ulong Seed = 0x299f31d0_a4093822;
        var draws = new GraphDraws(Seed, 9);

        for (uint block = 0; block < 3; block++)
        {
            new Philox(Seed).Block(block, 0, 0, 9, out uint w0, out uint w1, out uint w2, out uint w3);
            // Below a power of two, no word is rejected and the high bits are the number.
            foreach (uint word in new[] { w0, w1, w2, w3 })
                Assert.Equal((int)(word >> 2), draws.Below(1 << 30));
        }
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
