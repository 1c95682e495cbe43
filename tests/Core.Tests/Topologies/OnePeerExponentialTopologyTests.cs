using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Topologies;

public class OnePeerExponentialTopologyTests
{
    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(6, 3)]
    [InlineData(8, 3)]
    [InlineData(9, 4)]
    public void At_iteration_t_a_node_sends_to_one_peer_and_hears_from_one(int n, int tau)
    {
        var t = Graphs.Build(new OnePeerExponentialTopology(new() { Nodes = n }));
        Graphs.CheckInvariants(t);
        Assert.Equal(tau, t.Period);
        for (int iteration = 0; iteration < 3 * tau; iteration++)
        {
            int ahead = 1 << (iteration % tau);
            Graphs.CheckInvariants(t.PhaseAt(iteration));
            for (int i = 0; i < n; i++)
            {
                Assert.Equal([(i + ahead) % n], t.OutNeighboursAt(i, iteration).ToArray());
                Assert.Equal([(i - ahead + n) % n], t.InNeighboursAt(i, iteration).ToArray());
                Assert.True(t.EdgeId(i, (i + ahead) % n) >= 0);
            }
        }
    }

    [Fact]
    public void Its_union_is_the_static_exponential_graph() =>
        Assert.Equal(
            Graphs.Edges(Graphs.Build(new ExponentialTopology(new() { Nodes = 13 }))),
            Graphs.Edges(Graphs.Build(new OnePeerExponentialTopology(new() { Nodes = 13 }))));

    [Fact]
    public void One_node_has_no_peer()
    {
        var t = Graphs.Build(new OnePeerExponentialTopology(new() { Nodes = 1 }));
        Assert.Equal((1, 0L, 0), (t.Period, t.Edges, t.OutNeighboursAt(0, 5).Length));
    }
}
