using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Topologies;

public class StarTopologyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void All_edges_meet_at_node_zero(int n)
    {
        var set = Graphs.CheckInvariants(Graphs.Build(new StarTopology(new() { Nodes = n })));
        Assert.Equal(2 * (n - 1), set.Count);
        Assert.All(set, e => Assert.True(e.From == 0 || e.To == 0));
    }
}
