using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Tests.Data;

public sealed class EdgeListReaderTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    EdgeList Read(string text, EdgeListForm? form = null) => EdgeListReader.Read(_folder.Write("g.edges", text), form);

    // Edges as the file has them, label by label.
    static string[] Edges(EdgeList graph) =>
        [.. graph.Edges.Select(e => $"{graph.Labels[e.From]}>{graph.Labels[e.To]}")];

    string Refused(string text, EdgeListForm? form = null) =>
        Assert.Throws<InputException>(() => Read(text, form)).Message;

    [Fact]
    public void Labels_are_in_order_of_first_appearance()
    {
        var graph = Read("# c\n% c\nberlin\tparis\r\n\r\nparis rome\n7   berlin\n");

        Assert.Equal(["berlin", "paris", "rome", "7"], graph.Labels);
        Assert.Equal([(0, 1), (1, 2), (3, 0)], graph.Edges);
        Assert.Empty(graph.Notes);
    }

    [Theory]
    [InlineData("0 1 {}\n1 2 {}\n2 0 {}\n", "3")] // networkx.write_edgelist
    [InlineData("0 1 {'weight': 1.5, 'kind': 'a b'}\n1 2 {'weight': 2, 'kind': 'c'}\n2 0 {}\n", "3")]
    [InlineData("0 1 0.5\n1 2 1.0\n2 0 2.0\n", "3")] // networkx.write_weighted_edgelist
    [InlineData("% sym positive\n0 1 1 1082008561\n1 2 1 1082008562\n2 0 1 1082008563\n", "3, 4")] // KONECT
    [InlineData("0,1,0.5\n1,2,1\n2,0,-2e-3\n", "3")]
    [InlineData("0;1;\n1;2;0,5\n2;0;nan\n", "3")]
    public void Further_columns_are_passed_over_and_said(string text, string columns)
    {
        var graph = Read(text);

        Assert.Equal(["0>1", "1>2", "2>0"], Edges(graph));
        Assert.Contains($"passed over column{(columns.Length > 1 ? "s" : "")} {columns}: ", Assert.Single(graph.Notes));
    }

    [Theory]
    [InlineData("source,target,weight\n0,1,2\n1,2,3\n2,0,1\n")]
    [InlineData("Source,Target,Type,Id,Label,Weight\n0,1,Undirected,0,,1.0\n1,2,Undirected,1,,1.0\n2,0,Undirected,2,,1\n")]
    [InlineData("id,source,target\n7,0,1\n8,1,2\n9,2,0\n")]
    [InlineData("a b weight\n0 1 5\n1 2 5\n2 0 5\n")]
    [InlineData("friend enemy\n0 1\n1 2\n2 0\n")]
    [InlineData("FromNodeId\tToNodeId\n0\t1\n1\t2\n2\t0\n")]
    public void A_header_is_known_by_its_names_or_by_the_numbers_below_it_and_said(string text)
    {
        var graph = Read(text);

        Assert.Equal(["0>1", "1>2", "2>0"], Edges(graph));
        Assert.Contains(graph.Notes, note => note.StartsWith("line 1 is taken for a header: ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_header_can_be_said_and_denied_and_columns_named_or_counted()
    {
        Assert.Equal(["source>target", "target>b"], Edges(Read("source target\ntarget b\n", new() { Header = false })));
        Assert.Equal(["1>2", "2>1"], Edges(Read("2 2\n1 2\n2 1\n", new() { Header = true })));
        Assert.Equal(["2>2", "1>2", "2>1"], Edges(Read("2 2\n1 2\n2 1\n", new() { Header = false })));
        Assert.Equal(["c>d"], Edges(Read("a b\nc d\n", new() { Header = true })));
        Assert.Equal(["y>x"], Edges(Read("w,to here,of\n3,x,y\n", new() { From = "of", To = "to here" })));
        Assert.Equal(["x>y"], Edges(Read("3 x y\n", new() { From = "2", To = "3" })));
        Assert.Contains(":1: no column 'off'; did you mean 'of'? (there are w, of)", Refused("w,of\n3,x\n", new() { From = "off" }));
        Assert.Contains(":1: no column 4; there are 2, counted from 1", Refused("a b\n", new() { To = "4" }));
    }

    [Theory]
    [InlineData("New York,São Paulo\nSão Paulo,Köln\n", "New York", "São Paulo", "Köln")]
    [InlineData("\"New York\" \"São Paulo\"\n\"São Paulo\" Köln\n", "New York", "São Paulo", "Köln")]
    [InlineData("\"a,b\",\"say \"\"x\"\"\"\n\"say \"\"x\"\"\",O'Brien\n", "a,b", "say \"x\"", "O'Brien")]
    [InlineData("(0, 0) (0, 1) {}\n(0, 1) (1, 1) {}\n", "(0, 0)", "(0, 1)", "(1, 1)")] // networkx.grid_2d_graph
    [InlineData("a;b,c\nb,c;d\n", "a", "b,c", "d")]
    [InlineData("2147483648 99999999999999999999\n99999999999999999999 -1\n", "2147483648", "99999999999999999999", "-1")]
    public void Labels_may_have_blanks_quotes_commas_and_any_size(string text, params string[] labels) =>
        Assert.Equal(labels, Read(text).Labels);

    [Fact]
    public void Tabs_separate_labels_with_blanks_where_they_are_said_to() =>
        Assert.Equal(["New York", "Rio"], Read("New York\tRio\n", new() { Separator = FieldSeparator.Tab }).Labels);

    [Theory]
    [InlineData("a b\nc\n", ":2: expected two node labels")]
    [InlineData("0\n1\n", ":1: expected two node labels, between them blanks, got '0'")]
    [InlineData("a b\nb,c\n", ":2: expected two node labels, between them blanks, as on the first line, got 'b,c'")]
    [InlineData("a,b\nb c\n", ":2: expected two node labels, between them a comma, as on the first line, got 'b c'")]
    [InlineData("a,b\nb,\n", ":2: expected two node labels")]
    [InlineData("0 1\n1 2 3\n", ":2: has 3 columns, line 1 has 2")]
    [InlineData("New York\tLos Angeles\nRome\tOslo\n", ":1: column 3: expected a number or a mapping in braces")]
    [InlineData("a b x\nb c y\n", ":1: column 3: expected a number or a mapping in braces after the two node labels, got 'x'")]
    [InlineData("a b 1\nb c x\n", ":2: column 3: expected a number")]
    [InlineData("a b\n\"c d\n", ":2: a quote or brace is not closed")]
    [InlineData("a b {'w': 1\n", ":1: a quote or brace is not closed")]
    [InlineData("# nothing\n", ": has no edges")]
    [InlineData("%%MatrixMarket matrix coordinate pattern symmetric\n2 2 1\n2 1\n",
        ": is Matrix Market, which topology 'matrix-market' reads")]
    [InlineData("<?xml version='1.0'?>\n<graphml/>\n", ": is GraphML, which topology 'graphml' reads")]
    [InlineData("<?xml version='1.0'?>\n<gexf version='1.3'>\n", ": is GEXF; write it as GraphML")]
    [InlineData("0 1 0\n1 0 1\n0 1 0\n", ":1: is a matrix of 3 x 3 numbers; expected an edge a line")]
    [InlineData("0 2.5 0\n2.5 0 1.5\n0 1.5 0\n", ": '2.5' is no name of a node among others that are numbers")]
    [InlineData("0.5 1 2\n0.7 2 3\n", ": '0.5' is no name of a node among others that are numbers; expected an edge a line")]
    [InlineData("4 5\n1 2\n2 3\n3 4\n4 1\n2 4\n", ":1: '4 5' may be the numbers of nodes and edges, which is what follows, "
        + "or an edge; say header: true or header: false")]
    [InlineData("% bip unweighted\n1 1\n1 2\n", ":1: the graph is bipartite")]
    public void A_line_that_is_no_edge_stops_with_its_place_and_what_to_do(string text, string message)
    {
        string path = _folder.Write("broken.edges", text);

        Assert.StartsWith(path + message, Assert.Throws<InputException>(() => EdgeListReader.Read(path)).Message);
    }

    [Fact]
    public void Konect_says_whether_edges_have_a_direction()
    {
        Assert.True(Read("% asym unweighted\n1 2\n").Directed);
        Assert.Null(Read("% sym unweighted\n1 2\n").Directed);
    }

    [Theory]
    [InlineData("graphs/wikivote-889.edges", 889, 2914)]
    [InlineData("graphs/as-733-20000102.edges", 6474, 12572)]
    [InlineData("graphs/wiki-vote.edges.gz", 7115, 100762)]
    public void Published_counts_of_larger_graphs(string file, int nodes, int edges)
    {
        EdgeList graph = EdgeListReader.Read(LargeData.Path(file));

        Assert.Equal((nodes, edges), (graph.Labels.Count, graph.Edges.Count));
        Assert.Empty(graph.Notes);
    }
}
