using AsyncOpt.Core.Problems.Shardings;

namespace AsyncOpt.Core.Tests.Problems.Shardings;

public class ShardsTests
{
    [Fact]
    public void Weights_are_those_of_the_mean_over_places_of_shard_means()
    {
        // Places {4}, {1, 4}: weight of 4 is (1 + 1/2)/2, of 1 is (1/2)/2.
        var (samples, weights) = Shards.Of([4, 1, 4], [0, 1, 3]).Weights();

        Assert.Equal([1, 4], samples);
        Assert.Equal([0.25, 0.75], weights);
    }
}
