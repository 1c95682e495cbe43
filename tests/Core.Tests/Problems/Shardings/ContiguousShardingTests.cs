using AsyncOpt.Core.Problems.Shardings;
using static AsyncOpt.Core.Tests.Problems.Shardings.Dealing;

namespace AsyncOpt.Core.Tests.Problems.Shardings;

public class ContiguousShardingTests
{
    [Fact]
    public void Each_place_has_one_stretch()
    {
        var shards = new ContiguousSharding().Deal(Samples(100, 7));

        Assert.All(Sizes(shards), size => Assert.InRange(size, 14, 15));
        Assert.Equal(Enumerable.Range(10, 100), All(shards));
    }

    [Fact]
    public void A_place_without_samples_is_an_error() =>
        Assert.Throws<InputException>(() => new ContiguousSharding().Deal(Samples(3, 4)));
}
