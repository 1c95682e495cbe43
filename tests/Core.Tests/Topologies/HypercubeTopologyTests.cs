using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Topologies;

public class HypercubeTopologyTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Words_that_differ_in_one_digit_are_joined_and_the_diameter_is_their_length(int d)
    {
        var t = Graphs.Build(new HypercubeTopology(new() { Dimension = d }));
        var set = Graphs.CheckInvariants(t);
        Assert.Equal(1 << d, t.Nodes);
        Assert.Equal(d << d, set.Count);
        Assert.All(set, e => Assert.Equal(1, int.PopCount(e.From ^ e.To)));
        Assert.Equal(d, Graphs.Diameter(t));
    }

    [Fact]
    public void Nodes_must_be_a_power_of_two_and_agree_with_the_dimension()
    {
        Assert.Equal(64, Graphs.Build(new HypercubeTopology(new() { Nodes = 16 })).Edges);
        Assert.Empty(Graphs.Violations(new HypercubeTopology.Options { Nodes = 8, Dimension = 3 }));
        Assert.Contains("12", Graphs.Violations(new HypercubeTopology.Options { Nodes = 12 })[0]);
        Assert.Single(Graphs.Violations(new HypercubeTopology.Options { Nodes = 8, Dimension = 4 }));
        Assert.Single(Graphs.Violations(new HypercubeTopology.Options()));
    }
}
