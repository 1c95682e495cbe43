using AsyncOpt.Core.Methods.Walks;
using static AsyncOpt.Core.Tests.Methods.Walks.Chains;

namespace AsyncOpt.Core.Tests.Methods.Walks;

public class MhrwChainTests
{
    [Fact]
    public void It_stays_where_its_neighbours_have_more_neighbours()
    {
        var p = Matrix(new MhrwChain(), Lollipop);

        Assert.Equal(1.0 / 3, p[0, 2], 1e-15); // min(1/2, 1/3)
        Assert.Equal(0.5, p[0, 1], 1e-15);
        Assert.Equal(1.0 / 6, p[0, 0], 1e-15);
        Assert.Equal(0.5, p[4, 4], 1e-15);
    }

    [Fact]
    public void It_is_reversible_with_respect_to_the_uniform_distribution()
    {
        AssertReversible(new MhrwChain(), Lollipop);
        Assert.All(new MhrwChain().Mu(Lollipop), mu => Assert.Equal(0.2, mu, 1e-15));
    }
}
