using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Numerics;

public sealed class KeyedPermutationTests
{
    [Fact]
    public void Is_a_bijection_for_every_small_size()
    {
        for (var n = 1; n <= 200; n++)
            AssertBijection(new KeyedPermutation(3, Purpose.Batch, (ulong)n, 5, n));
    }

    [Theory]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(60_000)]
    [InlineData(1_000_003)]
    public void Is_a_bijection_for_large_sizes(int n) =>
        AssertBijection(new KeyedPermutation(3, Purpose.Batch, 1, 2, n));

    [Fact]
    public void Stays_in_range_for_the_largest_size()
    {
        var order = new KeyedPermutation(1, Purpose.Batch, 1, 1, int.MaxValue);
        var items = Enumerable.Range(0, 1000).Select(i => order.At(int.MaxValue - 1 - i)).ToHashSet();

        Assert.Equal(1000, items.Count);
        Assert.All(items, item => Assert.InRange(item, 0, int.MaxValue - 1));
    }

    [Fact]
    public void Differs_between_seeds_purposes_owners_and_epochs()
    {
        KeyedPermutation[] orders =
        [
            new(1, Purpose.Batch, 1, 1, 500), new(2, Purpose.Batch, 1, 1, 500), new(1, Purpose.Shard, 1, 1, 500),
            new(1, Purpose.Batch, 2, 1, 500), new(1, Purpose.Batch, 1, 2, 500),
        ];
        for (var a = 0; a < orders.Length; a++)
            for (var b = 0; b < a; b++)
            {
                // Agreements of two random orders are Poisson with mean 1: more than 12 never happen.
                var agreements = Enumerable.Range(0, 500).Count(i => orders[a].At(i) == orders[b].At(i));
                Assert.InRange(agreements, 0, 12);
            }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(22)]
    [InlineData(32)]
    [InlineData(37)]
    public void Puts_every_pair_of_items_at_the_first_two_positions_equally_often(int n)
    {
        var pairs = new int[n * (n - 1)];
        for (var epoch = 0; epoch < 200_000; epoch++)
        {
            var order = new KeyedPermutation(4, Purpose.Batch, 7, (ulong)epoch, n);
            var (first, second) = (order.At(0), order.At(1));
            pairs[first * (n - 1) + (second > first ? second - 1 : second)]++;
        }
        DrawTests.AssertUniform(pairs);
    }

    [Fact]
    public void Refuses_positions_outside()
    {
        var order = new KeyedPermutation(1, Purpose.Batch, 1, 1, 10);

        Assert.Throws<ArgumentOutOfRangeException>(() => order.At(10));
        Assert.Throws<ArgumentOutOfRangeException>(() => order.At(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyedPermutation(1, Purpose.Batch, 1, 1, 0));
    }

    static void AssertBijection(KeyedPermutation order)
    {
        var seen = new bool[order.Count];
        for (var i = 0; i < order.Count; i++)
        {
            Assert.False(seen[order.At(i)]);
            seen[order.At(i)] = true;
        }
    }
}
