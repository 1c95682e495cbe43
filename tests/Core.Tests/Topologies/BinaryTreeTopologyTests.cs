using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Topologies;

public class BinaryTreeTopologyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(12)]
    public void Every_node_has_its_parent_and_up_to_two_children(int n)
    {
        var t = Graphs.Build(new BinaryTreeTopology(new() { Nodes = n }));
        var set = Graphs.CheckInvariants(t);
        Assert.Equal(2 * (n - 1), set.Count);
        Assert.All(set.Where(e => e.From < e.To), e => Assert.True(e.To == 2 * e.From + 1 || e.To == 2 * e.From + 2));
        Assert.Equal(1, Connectivity.Components(t).Count);
    }

    [Fact]
    public void A_full_tree_is_twice_as_wide_as_deep() =>
        Assert.Equal(6, Graphs.Diameter(Graphs.Build(new BinaryTreeTopology(new() { Nodes = 15 }))));
}
