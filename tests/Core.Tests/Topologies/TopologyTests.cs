using AsyncOpt.Core.Topologies;
using FsCheck;
using FsCheck.Fluent;

namespace AsyncOpt.Core.Tests.Topologies;

public class TopologyTests
{
    [Fact]
    public void Any_arcs_become_exactly_their_set_of_edges()
    {
        var arcs = ArbMap.Default.GeneratorFor<(byte, byte)[]>().Select(a =>
            a.Select(p => (p.Item1 % 12, p.Item2 % 12)).ToArray()).ToArbitrary();
        var symmetric = ArbMap.Default.ArbFor<bool>();
        Prop.ForAll(arcs, symmetric, (pairs, both) =>
        {
            var builder = new TopologyBuilder(12, both);
            var expected = new HashSet<(int, int)>();
            long loops = 0, repeated = 0;
            foreach (var (a, b) in pairs)
            {
                builder.Add(a, b);
                if (a == b)
                    loops++;
                else if (!expected.Add((a, b)))
                    repeated++;
                else if (both)
                    expected.Add((b, a));
            }
            var topology = builder.Build("test");
            Assert.Equal(expected, Graphs.CheckInvariants(topology));
            Assert.Equal(loops, builder.SelfLoops);
            Assert.Equal(repeated, builder.Duplicates);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_directed_graph_with_every_reverse_is_symmetric()
    {
        Assert.True(Graphs.OfArcs(3, false, (0, 1), (1, 0), (2, 1), (1, 2)).IsSymmetric);
        Assert.False(Graphs.OfArcs(3, false, (0, 1), (1, 2), (2, 0)).IsSymmetric); // a directed ring: same degrees
    }

    [Fact]
    public void An_edge_outside_the_nodes_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TopologyBuilder(3, true).Add(0, 3));

    [Fact]
    public void More_edges_than_an_array_holds_are_refused_before_any_memory_is_taken()
    {
        var e = Assert.Throws<InputException>(() => new TopologyBuilder(1_000_000, true, 2_000_000_000));
        Assert.Contains("2000000000 edges", e.Message);
    }

    [Fact]
    public void Phases_repeat_and_their_union_numbers_the_edges()
    {
        var first = Graphs.OfArcs(4, false, (0, 1), (1, 2));
        var second = Graphs.OfArcs(4, false, (2, 3), (0, 1));
        var schedule = Topology.OfPhases("test", [first, second]);
        Assert.Equal([(0, 1), (1, 2), (2, 3)], Graphs.CheckInvariants(schedule).Order());
        Assert.Equal(2, schedule.Period);
        Assert.Same(first, schedule.PhaseAt(0));
        Assert.Same(second, schedule.PhaseAt(7));
        Assert.Equal([1], schedule.OutNeighboursAt(0, 1).ToArray());
        Assert.Equal([], schedule.OutNeighboursAt(1, 1).ToArray());
        Assert.Equal([2], schedule.InNeighboursAt(3, 3).ToArray());
    }

    [Fact]
    public void A_static_topology_is_its_own_phase()
    {
        var ring = Graphs.OfArcs(3, true, (0, 1), (1, 2));
        Assert.Equal(1, ring.Period);
        Assert.Same(ring, ring.PhaseAt(123_456_789_012));
    }
}
