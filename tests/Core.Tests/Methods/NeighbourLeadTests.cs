using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Methods;

public class NeighbourLeadTests
{
    static Topology Graph(TopologyGenerator generator) => generator.Build(GraphContext.OfSeed(1));

    static Topology Directed(int nodes, params (int, int)[] edges)
    {
        var builder = new TopologyBuilder(nodes, symmetric: false, edges.Length);
        foreach (var (from, to) in edges)
            builder.Add(from, to);
        return builder.Build("test");
    }

    /// <summary>Lets every node but one run as far as it can, and looks how far messages to that one go.</summary>
    static int LeadBySimulation(Topology topology, int stuck, int at)
    {
        var done = new int[topology.Nodes]; // completed iterations, counted from `at`
        for (var moved = true; moved;)
        {
            moved = false;
            for (var i = 0; i < topology.Nodes; i++)
            {
                if (i == stuck || done[i] > 3 * topology.Nodes)
                    continue;
                var ready = true;
                foreach (var j in topology.InNeighboursAt(i, at + done[i]))
                    ready &= done[j] >= done[i];
                if (ready)
                    (done[i], moved) = (done[i] + 1, true);
            }
        }
        var lead = 0;
        for (var m = 0; m <= 3 * topology.Nodes; m++)
        {
            foreach (var j in topology.InNeighboursAt(stuck, at + m))
                lead = done[j] >= m ? Math.Max(lead, m) : lead;
        }
        return lead;
    }

    static int Expected(Topology topology) => Math.Max(2, 1 + Enumerable.Range(0, topology.Nodes)
        .SelectMany(i => Enumerable.Range(0, topology.Period).Select(k => LeadBySimulation(topology, i, k))).Max());

    [Fact]
    public void Neighbours_that_wait_for_each_other_are_one_ahead_at_most() =>
        Assert.Equal(2, NeighbourLead.Iterations(Graph(new RingTopology(new() { Nodes = 9 }))));

    [Fact]
    public void On_a_directed_ring_the_predecessor_can_be_the_whole_way_round_ahead()
    {
        var ring = Graph(new RingTopology(new() { Nodes = 7, Directed = true }));

        Assert.Equal(7, NeighbourLead.Iterations(ring));
        Assert.Equal(Expected(ring), NeighbourLead.Iterations(ring));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(11)]
    [InlineData(16)]
    public void One_peer_and_static_exponential_graphs_agree_with_a_simulation(int nodes)
    {
        var onePeer = Graph(new OnePeerExponentialTopology(new() { Nodes = nodes }));
        var exponential = Graph(new ExponentialTopology(new() { Nodes = nodes }));

        Assert.Equal(Expected(onePeer), NeighbourLead.Iterations(onePeer));
        Assert.Equal(Expected(exponential), NeighbourLead.Iterations(exponential));
    }

    [Fact]
    public void Irregular_directed_graphs_agree_with_a_simulation()
    {
        var graph = Directed(6, (0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 0), (2, 0), (0, 4), (3, 1));

        Assert.Equal(Expected(graph), NeighbourLead.Iterations(graph));
    }

    [Fact]
    public void Who_hears_from_one_that_never_waits_for_it_cannot_bound_the_lead() =>
        Assert.Null(NeighbourLead.Iterations(Directed(3, (0, 1), (1, 0), (1, 2))));
}
