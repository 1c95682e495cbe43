using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Tests.Data;

public sealed class GraphMlReaderTests : IDisposable
{
    // As networkx.write_graphml writes it.
    const string Networkx = """
        <?xml version='1.0' encoding='utf-8'?>
        <graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
          <key id="d1" for="edge" attr.name="weight" attr.type="double" />
          <key id="d0" for="node" attr.name="label" attr.type="string" />
          <graph edgedefault="undirected">
            <node id="0"><data key="d0">New York</data></node>
            <node id="1"><data key="d0">Köln &amp; Bonn</data></node>
            <node id="2"><data key="d0">Rio</data></node>
            <edge source="0" target="1"><data key="d1">1.5</data></edge>
            <edge source="1" target="2" />
          </graph>
        </graphml>
        """;

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    EdgeList Read(string text, string? names = null) => GraphMlReader.Read(_folder.WriteGzip("g", text), names);

    static string Graph(string inside, string edgedefault = "undirected") =>
        $"<graphml>\n<graph edgedefault='{edgedefault}'>\n{inside}\n</graph>\n</graphml>";

    [Fact]
    public void Nodes_are_named_by_their_id_or_by_one_of_their_data()
    {
        var byId = Read(Networkx);
        Assert.Equal(["0", "1", "2"], byId.Labels);
        Assert.Equal([(0, 1), (1, 2)], byId.Edges);
        Assert.False(byId.Directed);
        Assert.StartsWith("passed over the data 'label', the data 'weight': ", Assert.Single(byId.Notes));

        var named = Read(Networkx, "label");
        Assert.Equal(["New York", "Köln & Bonn", "Rio"], named.Labels);
        Assert.StartsWith("passed over the data 'weight': ", Assert.Single(named.Notes));
        Assert.Equal(named.Labels, Read(Networkx, "d0").Labels);
    }

    [Fact]
    public void One_directed_edge_makes_the_graph_directed_and_others_go_both_ways()
    {
        const string nodes = "<node id='a'/><node id='b'/><node id='c'/>";

        var mixed = Read(Graph(nodes + "<edge source='a' target='b' directed='true'/><edge source='c' target='b'/>"));
        Assert.True(mixed.Directed);
        Assert.Equal([(0, 1), (2, 1), (1, 2)], mixed.Edges);

        Assert.True(Read(Graph(nodes + "<edge source='a' target='b'/>", "directed")).Directed);
    }

    [Fact]
    public void A_node_without_edges_is_a_node_and_ports_are_passed_over()
    {
        var graph = Read(Graph(
            "<node id='a'><port name='x'/></node><node id='b'/><node id='c'/><edge source='a' target='b' sourceport='x'/>"));

        Assert.Equal(["a", "b", "c"], graph.Labels);
        Assert.StartsWith("passed over ports: ", Assert.Single(graph.Notes));
    }

    [Fact]
    public void A_document_type_is_not_followed()
    {
        var text = "<!DOCTYPE graphml SYSTEM 'file:///nowhere/graphml.dtd' [<!ENTITY a 'x'>]>"
            + Graph("<node id='a'/><node id='b'/><edge source='a' target='b'/>");

        Assert.Equal(2, Read(text).Labels.Count);
    }

    [Fact]
    public void Bytes_that_are_of_no_encoding_are_told_as_XML_that_is_none()
    {
        var path = _folder.Write("g", "");
        File.WriteAllBytes(path, [0xEF, 0xBB, 0xBF, 0xFF, 0xFE, .. "<\0g\0"u8, .. Enumerable.Repeat((byte)0xC1, 3000)]);

        Assert.Contains(
            ":1: column 1: is no well-formed XML here", Assert.Throws<InputException>(() => GraphMlReader.Read(path)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<gexf/>", ":1:", "expected the element graphml, got gexf")]
    [InlineData("<graphml>\n<graph>\n<node id='a'>\n</graph></graphml>", ":4:", "is no well-formed XML here")]
    [InlineData("a b\n", ":1:", "is no well-formed XML here")]
    [InlineData("<graphml><graph/></graphml>", "", "has no nodes")]
    [InlineData("<graphml>\n<graph>\n<hyperedge/></graph></graphml>", ":3:", "a hyperedge joins more than two nodes")]
    [InlineData("<graphml><graph>\n<node id='a'><graph/></node></graph></graphml>", ":2:", "a graph within a node")]
    [InlineData("<graphml><graph/>\n<graph/></graphml>", ":2:", "a second graph")]
    [InlineData("<graphml><graph><node id='a'/>\n<node id='a'/></graph></graphml>", ":2:", "a second node with the id 'a'")]
    [InlineData("<graphml><graph><node id='a'/>\n<edge source='a' target='b'/></graph></graphml>", ":2:",
        "ends at 'b', and there is no such node")]
    [InlineData("<graphml><graph>\n<node/></graph></graphml>", ":2:", "the element node has no id")]
    public void What_is_no_graph_is_refused_with_its_place(string text, string place, string message)
    {
        string path = _folder.Write("g.graphml", text);

        var error = Assert.Throws<InputException>(() => GraphMlReader.Read(path)).Message;

        Assert.StartsWith(path + place, error);
        Assert.Contains(message, error);
    }

    [Fact]
    public void Names_must_be_there_and_differ()
    {
        const string keys = "<graphml><key id='k' for='node' attr.name='city'/><graph>";

        Assert.Contains("no key 'town' for nodes; there are city",
            Assert.Throws<InputException>(() => Read(keys + "<node id='a'/></graph></graphml>", "town")).Message);
        Assert.Contains("node 'a' has no 'city'",
            Assert.Throws<InputException>(() => Read(keys + "<node id='a'/></graph></graphml>", "city")).Message);
        const string twice = "<node id='a'><data key='k'>x</data></node><node id='b'><data key='k'>x</data></node>";
        Assert.Contains("two nodes have the 'city' 'x'",
            Assert.Throws<InputException>(() => Read(keys + twice + "</graph></graphml>", "city")).Message);
    }
}
