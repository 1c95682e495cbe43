using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Tests.Data;

public sealed class EdgeListReaderTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Labels_are_numbered_in_order_of_first_appearance()
    {
        string path = _folder.Write("a.edges", "# c\n% c\nberlin\tparis\r\n\r\nparis, rome\n7   berlin\n");

        EdgeList graph = EdgeListReader.Read(path);

        Assert.Equal(["berlin", "paris", "rome", "7"], graph.Labels);
        Assert.Equal([(0, 1), (1, 2), (3, 0)], graph.Edges);
        Assert.Null(graph.Weights);
    }

    [Fact]
    public void Loops_duplicates_and_reversed_edges_are_counted_and_kept()
    {
        EdgeList graph = EdgeListReader.Read(_folder.WriteGzip("a", "a b\na b\nb a\nb a\nc c\nc c\na c\n"));

        Assert.Equal(7, graph.Edges.Length);
        Assert.Equal((2, 3, 1), (graph.SelfLoops, graph.Duplicates, graph.Reversed));
    }

    [Fact]
    public void Weights_are_read_only_where_allowed()
    {
        string path = _folder.Write("a", "a b 2.5\nb,c\n");

        Assert.Equal([2.5, 1.0], EdgeListReader.Read(path, true).Weights!);
        Assert.Equal($"{path}:1: expected two node labels, between blanks or a comma, got 'a b 2.5'",
            Assert.Throws<InputException>(() => EdgeListReader.Read(path)).Message);
    }

    [Theory]
    [InlineData("a b\nc\n", ":2: expected two node labels")]
    [InlineData("a b c d\n", ":1: expected two node labels")]
    [InlineData("a,\n", ":1: expected two node labels")]
    [InlineData("a b,c\n", ":1: expected two node labels")]
    [InlineData("a b x\n", ":1: column 3: expected a finite weight, got 'x'")]
    [InlineData("# nothing\n", ": has no edges")]
    public void A_line_that_is_not_two_labels_stops_with_its_place(string text, string message)
    {
        string path = _folder.Write("broken.edges", text);

        Assert.StartsWith(path + message, Assert.Throws<InputException>(() => EdgeListReader.Read(path, true)).Message);
    }

    [Theory]
    [InlineData("graphs/wikivote-889.edges", 889, 2914)]
    [InlineData("graphs/as-733-20000102.edges", 6474, 12572)]
    [InlineData("graphs/wiki-vote.edges.gz", 7115, 100762)]
    public void Published_counts_of_larger_graphs(string file, int nodes, int edges)
    {
        EdgeList graph = EdgeListReader.Read(LargeData.Path(file));

        Assert.Equal((nodes, edges), (graph.Nodes, graph.Edges.Length));
        Assert.Equal((0, 0, 0), (graph.SelfLoops, graph.Duplicates, graph.Reversed));
    }
}
