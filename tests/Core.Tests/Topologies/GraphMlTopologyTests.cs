using AsyncOpt.Core.Tests.Data;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Topologies;

public sealed class GraphMlTopologyTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_graph_keeps_its_names_and_its_largest_component_can_be_taken()
    {
        var path = _folder.Write("g.graphml", "<graphml><key id='k' for='node' attr.name='city'/>"
            + "<graph edgedefault='undirected'>"
            + string.Concat("abcd".Select(c => $"<node id='{c}'><data key='k'>city {c}</data></node>"))
            + "<edge source='d' target='b'/><edge source='b' target='c'/></graph></graphml>");

        var t = new GraphMlTopology(new() { File = path, Names = "city", LargestComponent = true })
            .Build(GraphContext.OfSeed(1));

        Assert.Equal(["city b", "city c", "city d"], t.Labels!);
        Assert.Equal([(0, 1), (0, 2), (1, 0), (2, 0)], Graphs.CheckInvariants(t).Order());
        Assert.Equal(["kept the largest of 2 components: 3 of 4 nodes"], t.Notes);
    }
}
