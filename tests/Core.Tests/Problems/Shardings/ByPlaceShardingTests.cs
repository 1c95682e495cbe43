using AsyncOpt.Core.Problems.Shardings;
using static AsyncOpt.Core.Tests.Problems.Shardings.Dealing;

namespace AsyncOpt.Core.Tests.Problems.Shardings;

public class ByPlaceShardingTests
{
    [Fact]
    public void Leaves_samples_at_home()
    {
        var context = Samples(0, 3) with { Samples = [0, 1, 3, 6, 7, 8], SamplesPerPlace = 3 };
        var shards = new ByPlaceSharding().Deal(context);

        Assert.Equal([0, 1], shards.Of(0).ToArray());
        Assert.Equal([3], shards.Of(1).ToArray());
        Assert.Equal([6, 7, 8], shards.Of(2).ToArray());
    }

    [Fact]
    public void A_place_without_samples_is_an_error() => Assert.Throws<InputException>(
        () => new ByPlaceSharding().Deal(Samples(0, 2) with { Samples = [0, 1], SamplesPerPlace = 2 }));
}
