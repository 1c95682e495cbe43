using AsyncOpt.Core.Methods.Walks;
using static AsyncOpt.Core.Tests.Methods.Walks.Chains;

namespace AsyncOpt.Core.Tests.Methods.Walks;

public class LazyChainTests
{
    [Theory]
    [InlineData("srw", 0.5)]
    [InlineData("srw", 0)]
    [InlineData("mhrw", 0.2)]
    [InlineData("max-degree", 0.9)]
    public void It_is_the_other_chain_mixed_with_staying(string name, double stay)
    {
        var lazy = Matrix(new LazyChain(new() { Of = Of(name), Stay = stay }), Lollipop);
        var plain = Matrix(Of(name), Lollipop);

        for (var i = 0; i < 5; i++)
        {
            for (var j = 0; j < 5; j++)
                Assert.Equal(((1 - stay) * plain[i, j]) + (i == j ? stay : 0), lazy[i, j], 1e-15);
        }
    }

    [Theory]
    [InlineData("lazy-srw")]
    [InlineData("lazy-mhrw")]
    public void It_is_reversible_with_respect_to_the_same_distribution(string name) =>
        AssertReversible(Of(name), Lollipop);

    [Fact]
    public void Chains_are_equal_where_they_are_the_same()
    {
        Assert.Equal(Of("lazy-mhrw"), Of("lazy-mhrw"));
        Assert.NotEqual(Of("lazy-mhrw"), Of("lazy-srw"));
        Assert.NotEqual(Of("lazy-srw"), new LazyChain(new() { Stay = 0.4 }));
        Assert.Equal<BaseChain>(new MhrwChain(), Of("mhrw"));
        Assert.NotEqual(Of("mhrw"), Of("max-degree"));
    }
}
