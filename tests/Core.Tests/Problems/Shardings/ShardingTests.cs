using AsyncOpt.Core.Problems.Shardings;

namespace AsyncOpt.Core.Tests.Problems.Shardings;

public class ShardingTests
{
    static ShardingContext Samples(int samples, int places, int classes = 4, ulong seed = 1) => new()
    {
        Source = "made",
        Samples = [.. Enumerable.Range(10, samples)],
        Labels = [.. Enumerable.Range(0, 10 + samples).Select(i => (double)(i % classes))],
        HasClasses = true,
        Places = places,
        Seed = seed,
    };

    static int[] Sizes(Shards shards) => [.. Enumerable.Range(0, shards.Places).Select(shards.Size)];

    static int[] All(Shards shards) => [.. Enumerable.Range(0, shards.Places).SelectMany(p => shards.Of(p).ToArray())];

    [Fact]
    public void Iid_deals_each_sample_once_and_evenly()
    {
        var shards = new IidSharding().Deal(Samples(100, 7));

        Assert.All(Sizes(shards), size => Assert.InRange(size, 14, 15));
        Assert.Equal(Enumerable.Range(10, 100), All(shards).Order());
        Assert.NotEqual(All(shards), All(new IidSharding().Deal(Samples(100, 7, seed: 2))));
    }

    [Fact]
    public void By_label_gives_each_place_few_labels()
    {
        var context = Samples(100, 4);
        var shards = new ByLabelSharding().Deal(context);

        for (var place = 0; place < 4; place++)
            Assert.Equal([place], shards.Of(place).ToArray().Select(s => (int)context.Labels[s]).Distinct());
        Assert.Equal(Enumerable.Range(10, 100), All(shards).Order());
    }

    [Fact]
    public void Dirichlet_deals_each_sample_once_and_leaves_no_place_empty()
    {
        var shards = new DirichletSharding(new() { Alpha = 0.01 }).Deal(Samples(200, 30));

        Assert.All(Sizes(shards), size => Assert.True(size >= 1));
        Assert.Equal(Enumerable.Range(10, 200), All(shards).Order());
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1)]
    [InlineData(50)]
    public void Dirichlet_shares_have_the_variance_of_the_law(double alpha)
    {
        // A share of a symmetric Dirichlet law over n places has mean 1/n, variance (1/n)(1 - 1/n) / (n alpha + 1).
        const int n = 10, classes = 400, perClass = 1000;
        var context = Samples(classes * perClass, n, classes);
        var shards = new DirichletSharding(new() { Alpha = alpha }).Deal(context);
        var shares = new double[classes * n];
        for (var place = 0; place < n; place++)
        {
            foreach (var sample in shards.Of(place))
                shares[(int)context.Labels[sample] * n + place] += 1.0 / perClass;
        }

        var variance = shares.Average(s => (s - 0.1) * (s - 0.1));
        var expected = 0.1 * 0.9 / (n * alpha + 1);
        Assert.Equal(expected, variance, 0.1 * expected);                // standard error 2 to 3 %
    }

    [Fact]
    public void Dirichlet_refuses_labels_that_are_no_classes() => Assert.Throws<InputException>(
        () => new DirichletSharding(new() { Alpha = 1 }).Deal(Samples(10, 2) with { HasClasses = false }));

    [Fact]
    public void One_per_node_uses_different_samples()
    {
        var shards = new OnePerNodeSharding(new()).Deal(Samples(20, 12));

        Assert.All(Sizes(shards), size => Assert.Equal(1, size));
        Assert.Equal(12, All(shards).Distinct().Count());
    }

    [Fact]
    public void One_per_node_repeats_samples_in_turn_when_asked()
    {
        var shards = new OnePerNodeSharding(new() { Repeat = true }).Deal(Samples(5, 12));

        Assert.Equal([2, 2, 2, 3, 3], All(shards).CountBy(s => s).Select(c => c.Value).Order());
    }

    [Fact]
    public void Repeat_holds_everything_everywhere()
    {
        var shards = new RepeatSharding().Deal(Samples(5, 3));

        for (var place = 0; place < 3; place++)
            Assert.Equal([10, 11, 12, 13, 14], shards.Of(place).ToArray());
    }

    [Fact]
    public void By_place_leaves_samples_at_home()
    {
        var context = Samples(0, 3) with { Samples = [0, 1, 3, 6, 7, 8], SamplesPerPlace = 3 };
        var shards = new ByPlaceSharding().Deal(context);

        Assert.Equal([0, 1], shards.Of(0).ToArray());
        Assert.Equal([3], shards.Of(1).ToArray());
        Assert.Equal([6, 7, 8], shards.Of(2).ToArray());
    }

    [Fact]
    public void A_place_without_samples_is_an_error_that_says_what_to_do()
    {
        Sharding[] all =
        [
            new IidSharding(), new ByLabelSharding(),
            new DirichletSharding(new() { Alpha = 1 }), new OnePerNodeSharding(new()),
        ];

        foreach (var sharding in all)
        {
            var error = Assert.Throws<InputException>(() => sharding.Deal(Samples(3, 4)));
            Assert.Contains("3 training samples cannot be dealt out to 4 places", error.Message);
        }
        var first = Samples(0, 2) with { Samples = [0, 1], SamplesPerPlace = 2 };
        Assert.Throws<InputException>(() => new ByPlaceSharding().Deal(first));
    }

    [Fact]
    public void Weights_are_those_of_the_mean_over_places_of_shard_means()
    {
        // Places {4}, {1, 4}: weight of 4 is (1 + 1/2)/2, of 1 is (1/2)/2.
        var (samples, weights) = Shards.Of([4, 1, 4], [0, 1, 3]).Weights();

        Assert.Equal([1, 4], samples);
        Assert.Equal([0.25, 0.75], weights);
    }

    [Fact]
    public void Weights_of_equal_shards_are_equal_to_the_bit()
    {
        Shards[] equal =
        [
            new IidSharding().Deal(Samples(21, 7)),
            new RepeatSharding().Deal(Samples(21, 5)),
            new OnePerNodeSharding(new()).Deal(Samples(21, 21)),
        ];

        foreach (var shards in equal)
        {
            Assert.Equal(Enumerable.Range(10, 21), shards.Weights().Samples);
            Assert.All(shards.Weights().Weights, w => Assert.Equal(1.0 / 21, w, 0.0));
        }
    }
}
