using AsyncOpt.Core.Problems.Shardings;
using static AsyncOpt.Core.Tests.Problems.Shardings.Dealing;

namespace AsyncOpt.Core.Tests.Problems.Shardings;

public class ByLabelShardingTests
{
    [Fact]
    public void Gives_each_place_few_labels()
    {
        var context = Samples(100, 4);
        var shards = new ByLabelSharding().Deal(context);

        for (var place = 0; place < 4; place++)
            Assert.Equal([place], shards.Of(place).ToArray().Select(s => (int)context.Labels[s]).Distinct());
        Assert.Equal(Enumerable.Range(10, 100), All(shards).Order());
    }

    [Fact]
    public void A_place_without_samples_is_an_error_that_says_what_to_do()
    {
        var error = Assert.Throws<InputException>(() => new ByLabelSharding().Deal(Samples(3, 4)));

        Assert.Contains("3 training samples cannot be dealt out to 4 places", error.Message);
    }
}
