using AsyncOpt.Core.Problems.Shardings;
using static AsyncOpt.Core.Tests.Problems.Shardings.Dealing;

namespace AsyncOpt.Core.Tests.Problems.Shardings;

public class DirichletShardingTests
{
    [Fact]
    public void Deals_each_sample_once_and_leaves_no_place_empty()
    {
        var shards = new DirichletSharding(new() { Alpha = 0.01 }).Deal(Samples(200, 30));

        Assert.All(Sizes(shards), size => Assert.True(size >= 1));
        Assert.Equal(Enumerable.Range(10, 200), All(shards).Order());
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1)]
    [InlineData(50)]
    public void Shares_have_the_variance_of_the_law(double alpha)
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
    public void Refuses_labels_that_are_no_classes() => Assert.Throws<InputException>(
        () => new DirichletSharding(new() { Alpha = 1 }).Deal(Samples(10, 2) with { HasClasses = false }));

    [Fact]
    public void A_place_without_samples_is_an_error_that_says_what_to_do()
    {
        var error = Assert.Throws<InputException>(() => new DirichletSharding(new() { Alpha = 1 }).Deal(Samples(3, 4)));

        Assert.Contains("3 training samples cannot be dealt out to 4 places", error.Message);
    }
}
