using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Topologies;

public class ConnectivityTests
{
    [Fact]
    public void Components_agree_with_reachability_by_brute_force()
    {
        for (ulong seed = 0; seed < 40; seed++)
        {
            int n = 2 + (int)(seed % 13);
            var t = Graphs.OfArcs(n, seed % 2 == 0, Graphs.RandomArcs(seed, n, n));
            var both = Graphs.Distances(Graphs.OfArcs(n, true, [.. Graphs.Edges(t)]));
            var (count, component) = Connectivity.Components(t);
            for (int i = 0; i < n; i++)
                for (int j = 0; j < n; j++)
                    Assert.Equal(both[i, j] < n, component[i] == component[j]);
            Assert.Equal(component.Distinct().Count(), count);
            Assert.Equal(component.Distinct(), Enumerable.Range(0, count)); // numbered by smallest node
        }
    }

    [Fact]
    public void Strong_components_agree_with_mutual_reachability_by_brute_force()
    {
        var counts = new HashSet<int>();
        for (ulong seed = 0; seed < 200; seed++)
        {
            int n = 1 + (int)(seed % 12);
            var t = Graphs.OfArcs(n, false, Graphs.RandomArcs(seed, n, 2 * n));
            var d = Graphs.Distances(t);
            // A node opens a class if no smaller node is in its class.
            int classes = Enumerable.Range(0, n).Count(
                i => !Enumerable.Range(0, i).Any(j => d[i, j] < n && d[j, i] < n));
            Assert.Equal(classes, Connectivity.StrongComponents(t));
            counts.Add(classes);
        }
        Assert.True(counts.Count > 3, "the sample holds no variety");
    }

    [Fact]
    public void A_disconnected_graph_is_refused_with_its_number_of_components()
    {
        var e = Assert.Throws<InputException>(
            () => Connectivity.RequireConnected(Graphs.OfArcs(6, true, (0, 1), (1, 2), (3, 4))));
        Assert.Contains("3 components", e.Message);
        Assert.Contains("the largest has 3", e.Message);
    }

    [Fact]
    public void A_graph_connected_in_one_direction_only_is_refused()
    {
        var e = Assert.Throws<InputException>(
            () => Connectivity.RequireConnected(Graphs.OfArcs(3, false, (0, 1), (1, 2))));
        Assert.Contains("3 strong components", e.Message);
        Connectivity.RequireConnected(Graphs.OfArcs(3, false, (0, 1), (1, 2), (2, 0)));
        Connectivity.RequireConnected(Graphs.OfArcs(1, true));
    }

    [Fact]
    public void The_largest_component_keeps_its_edges_in_order()
    {
        var t = Connectivity.LargestComponent(Graphs.OfArcs(7, true, (0, 1), (2, 4), (4, 6), (6, 2)));
        Assert.Equal([(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)], Graphs.CheckInvariants(t).Order());
        Assert.Equal(["kept the largest of 4 components: 3 of 7 nodes"], t.Notes);
    }

    [Fact]
    public void A_long_path_needs_no_deep_stack()
    {
        var t = Graphs.OfArcs(200_000, false, [.. Enumerable.Range(0, 199_999).Select(i => (i, i + 1))]);
        Assert.Equal(200_000, Connectivity.StrongComponents(t));
        Assert.Equal(1, Connectivity.Components(t).Count);
    }

    [Fact]
    public void Degree_statistics_of_a_star_follow_by_hand()
    {
        var s = DegreeStatistics.Out(Graphs.Build(new StarTopology(new() { Nodes = 5 })));
        Assert.Equal((1, 4, 1.6), (s.Min, s.Max, s.Mean));
        Assert.Equal(1.44, s.Variance, 1e-12); // (4 * 0.6^2 + 2.4^2) / 5
        var inward = DegreeStatistics.In(Graphs.OfArcs(3, false, (0, 2), (1, 2)));
        Assert.Equal((0, 2), (inward.Min, inward.Max));
    }
}
