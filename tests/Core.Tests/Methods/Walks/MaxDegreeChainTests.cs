using AsyncOpt.Core.Methods.Walks;
using static AsyncOpt.Core.Tests.Methods.Walks.Chains;

namespace AsyncOpt.Core.Tests.Methods.Walks;

public class MaxDegreeChainTests
{
    [Fact]
    public void It_takes_each_link_with_the_same_probability()
    {
        var p = Matrix(new MaxDegreeChain(), Lollipop);

        Assert.Equal(1.0 / 3, p[0, 1], 1e-15);
        Assert.Equal(1.0 / 3, p[3, 4], 1e-15);
        Assert.Equal(2.0 / 3, p[4, 4], 1e-15);
        Assert.Equal(0, p[2, 2]);
    }

    [Fact]
    public void It_is_reversible_with_respect_to_the_uniform_distribution()
    {
        AssertReversible(new MaxDegreeChain(), Lollipop);
        Assert.All(new MaxDegreeChain().Mu(Lollipop), mu => Assert.Equal(0.2, mu, 1e-15));
    }
}
