using AsyncOpt.Core.Methods.Walks;
using static AsyncOpt.Core.Tests.Methods.Walks.Chains;

namespace AsyncOpt.Core.Tests.Methods.Walks;

public class SrwChainTests
{
    [Fact]
    public void It_goes_to_each_neighbour_alike_and_never_stays()
    {
        var p = Matrix(new SrwChain(), Lollipop);

        Assert.Equal([1.0 / 3, 1.0 / 3, 0, 1.0 / 3, 0], Enumerable.Range(0, 5).Select(j => p[2, j]));
        Assert.Equal([0.5, 0, 0.5, 0, 0], Enumerable.Range(0, 5).Select(j => p[1, j]));
    }

    [Fact]
    public void It_is_reversible_with_respect_to_the_degrees()
    {
        AssertReversible(new SrwChain(), Lollipop);
        double[] degrees = [0.2, 0.2, 0.3, 0.2, 0.1];
        Assert.All(new SrwChain().Mu(Lollipop).Zip(degrees), pair => Assert.Equal(pair.Second, pair.First, 1e-15));
    }
}
