using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Topologies;

public class RingTopologyTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 2)]
    [InlineData(3, 6)]
    [InlineData(10, 20)]
    public void Node_i_is_joined_with_i_plus_and_minus_one(int n, int edges)
    {
        var set = Graphs.CheckInvariants(Graphs.Build(new RingTopology(new() { Nodes = n })));
        Assert.Equal(edges, set.Count);
        Assert.All(set, e => Assert.True((e.From + 1) % n == e.To || (e.To + 1) % n == e.From));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 2)]
    [InlineData(5, 5)]
    public void Directed_every_node_sends_to_the_next(int n, int edges)
    {
        var set = Graphs.CheckInvariants(Graphs.Build(new RingTopology(new() { Nodes = n, Directed = true })));
        Assert.Equal(edges, set.Count);
        Assert.All(set, e => Assert.Equal((e.From + 1) % n, e.To));
    }

    [Fact]
    public void The_diameter_is_half_the_ring() =>
        Assert.Equal(5, Graphs.Diameter(Graphs.Build(new RingTopology(new() { Nodes = 11 }))));

    [Fact]
    public void A_million_nodes_are_built_in_linear_time()
    {
        var t = Graphs.Build(new RingTopology(new() { Nodes = 1_000_000 }));
        Assert.Equal([0, 999_998], t.OutNeighbours(999_999).ToArray());
        Assert.Equal(1, Connectivity.Components(t).Count);
    }
}
