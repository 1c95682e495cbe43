using AsyncOpt.Core.Problems.Shardings;
using static AsyncOpt.Core.Tests.Problems.Shardings.Dealing;

namespace AsyncOpt.Core.Tests.Problems.Shardings;

public class IidShardingTests
{
    [Fact]
    public void Deals_each_sample_once_and_evenly()
    {
        var shards = new IidSharding().Deal(Samples(100, 7));

        Assert.All(Sizes(shards), size => Assert.InRange(size, 14, 15));
        Assert.Equal(Enumerable.Range(10, 100), All(shards).Order());
        Assert.NotEqual(All(shards), All(new IidSharding().Deal(Samples(100, 7, seed: 2))));
    }

    [Fact]
    public void A_place_without_samples_is_an_error_that_says_what_to_do()
    {
        var error = Assert.Throws<InputException>(() => new IidSharding().Deal(Samples(3, 4)));

        Assert.Contains("3 training samples cannot be dealt out to 4 places", error.Message);
    }

    [Fact]
    public void Weights_of_equal_shards_are_equal_to_the_bit()
    {
        var (samples, weights) = new IidSharding().Deal(Samples(21, 7)).Weights();

        Assert.Equal(Enumerable.Range(10, 21), samples);
        Assert.All(weights, w => Assert.Equal(1.0 / 21, w, 0.0));
    }
}
