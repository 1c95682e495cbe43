using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Topologies;

public class LazyMixingTests
{
    [Fact]
    public void It_is_the_stated_blend_of_the_identity_and_the_inner_matrix()
    {
        var grid = Graphs.Build(new GridTopology(new() { Rows = 3, Columns = 2 }));
        var inner = new MetropolisHastingsMixing().Build(grid).ToDense();
        foreach (double q in new[] { 0.5, 0.2, 1.0 })
        {
            var w = MixingMatrixTests.CheckInvariants(new LazyMixing(new() { Share = q }).Build(grid));
            for (int i = 0; i < 6; i++)
                for (int j = 0; j < 6; j++)
                    Assert.Equal((i == j ? 1 - q : 0) + (q * inner[i, j]), w[i, j], 1e-15);
        }
    }

    [Fact]
    public void It_wraps_any_rule()
    {
        var star = Graphs.Build(new StarTopology(new() { Nodes = 4 }));
        var w = new LazyMixing(new() { Share = 0.5, Inner = new UniformMixing() }).Build(star);
        Assert.Equal(0.125, w.Weights(0)[0]);
        Assert.Equal(0.75, w.SelfWeight(2));
        Assert.False(w.IsDoublyStochastic);
        Assert.Throws<ArgumentOutOfRangeException>(() => w.Lazy(0));
    }
}
