using AsyncOpt.Core.Problems.Shardings;
using static AsyncOpt.Core.Tests.Problems.Shardings.Dealing;

namespace AsyncOpt.Core.Tests.Problems.Shardings;

public class RepeatShardingTests
{
    [Fact]
    public void Holds_everything_everywhere()
    {
        var shards = new RepeatSharding().Deal(Samples(5, 3));

        for (var place = 0; place < 3; place++)
            Assert.Equal([10, 11, 12, 13, 14], shards.Of(place).ToArray());
    }

    [Fact]
    public void Weights_of_equal_shards_are_equal_to_the_bit()
    {
        var (samples, weights) = new RepeatSharding().Deal(Samples(21, 5)).Weights();

        Assert.Equal(Enumerable.Range(10, 21), samples);
        Assert.All(weights, w => Assert.Equal(1.0 / 21, w, 0.0));
    }
}
