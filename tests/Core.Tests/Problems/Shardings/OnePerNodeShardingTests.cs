using AsyncOpt.Core.Problems.Shardings;
using static AsyncOpt.Core.Tests.Problems.Shardings.Dealing;

namespace AsyncOpt.Core.Tests.Problems.Shardings;

public class OnePerNodeShardingTests
{
    [Fact]
    public void Uses_different_samples()
    {
        var shards = new OnePerNodeSharding(new()).Deal(Samples(20, 12));

        Assert.All(Sizes(shards), size => Assert.Equal(1, size));
        Assert.Equal(12, All(shards).Distinct().Count());
    }

    [Fact]
    public void Repeats_samples_in_turn_when_asked()
    {
        var shards = new OnePerNodeSharding(new() { Repeat = true }).Deal(Samples(5, 12));

        Assert.Equal([2, 2, 2, 3, 3], All(shards).CountBy(s => s).Select(c => c.Value).Order());
    }

    [Fact]
    public void A_place_without_samples_is_an_error_that_says_what_to_do()
    {
        var error = Assert.Throws<InputException>(() => new OnePerNodeSharding(new()).Deal(Samples(3, 4)));

        Assert.Contains("3 training samples cannot be dealt out to 4 places", error.Message);
    }

    [Fact]
    public void Weights_of_equal_shards_are_equal_to_the_bit()
    {
        var (samples, weights) = new OnePerNodeSharding(new()).Deal(Samples(21, 21)).Weights();

        Assert.Equal(Enumerable.Range(10, 21), samples);
        Assert.All(weights, w => Assert.Equal(1.0 / 21, w, 0.0));
    }
}
