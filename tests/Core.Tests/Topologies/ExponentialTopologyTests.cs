using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Topologies;

public class ExponentialTopologyTests
{
    [Theory]
    [InlineData(1, 2, new int[0])]
    [InlineData(2, 2, new[] { 1 })]
    [InlineData(6, 2, new[] { 1, 2, 4 })]
    [InlineData(16, 2, new[] { 1, 2, 4, 8 })]
    [InlineData(10, 3, new[] { 1, 3, 9 })]
    public void Node_i_sends_to_the_powers_of_the_base_ahead(int n, int powerOf, int[] offsets)
    {
        var t = Graphs.Build(new ExponentialTopology(new() { Nodes = n, Base = powerOf }));
        var set = Graphs.CheckInvariants(t);
        Assert.Equal(n * offsets.Length, set.Count);
        Assert.All(set, e => Assert.Contains((e.To - e.From + n) % n, offsets));
        Assert.Equal(offsets, Assert.IsType<CirculantShape>(t.Shape).Offsets);
    }

    [Fact]
    public void Any_node_is_reached_in_as_many_steps_as_its_distance_has_binary_ones() =>
        Assert.Equal(4, Graphs.Diameter(Graphs.Build(new ExponentialTopology(new() { Nodes = 16 }))));
}
