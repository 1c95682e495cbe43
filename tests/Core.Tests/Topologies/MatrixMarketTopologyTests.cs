using AsyncOpt.Core.Tests.Data;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Topologies;

public sealed class MatrixMarketTopologyTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_karate_club_is_the_same_graph_as_in_its_edge_list()
    {
        string[] edges = File.ReadAllLines(ProjectData.Path("graphs/karate.edges"));
        var pairs = edges.Where(line => !line.StartsWith('#')).Select(line => line.Split(' ').Select(int.Parse).ToArray());
        int first = pairs.Min(pair => pair.Min());
        string text = $"%%MatrixMarket matrix coordinate pattern symmetric\n34 34 78\n"
            + string.Join('\n', pairs.Select(pair => $"{pair.Max() - first + 1} {pair.Min() - first + 1}"));

        var list = new EdgeListTopology(new() { File = ProjectData.Path("graphs/karate.edges") })
            .Build(GraphContext.OfSeed(1));
        var matrix = new MatrixMarketTopology(new() { File = _folder.Write("k.mtx", text) })
            .Build(GraphContext.OfSeed(1));

        Assert.Equal(Graphs.CheckInvariants(list).Order(), Graphs.CheckInvariants(matrix).Order());
        Assert.Equal("1", matrix.Labels![0]);
    }
}
