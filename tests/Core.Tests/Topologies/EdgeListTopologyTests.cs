using System.IO.Compression;
using System.Text;
using AsyncOpt.Core.Theory;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Topologies;

public sealed class EdgeListTopologyTests : IDisposable
{
    readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    Topology Read(string text, bool? directed = null, bool largest = false, bool gzip = false)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (gzip)
            bytes = Compressed(bytes);
        File.WriteAllBytes(_file, bytes);
        var options = new EdgeListTopology.Options
        {
            File = "my.edges",
            Directed = directed,
            LargestComponent = largest,
        };
        return new EdgeListTopology(options).Build(new GraphContext(new GraphDraws(1), name =>
        {
            Assert.Equal("my.edges", name);
            return _file;
        }));
    }

    static byte[] Compressed(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var zip = new GZipStream(target, CompressionLevel.Fastest))
            zip.Write(bytes);
        return target.ToArray();
    }

    const string Sample = "# a comment\n% another\n\n  10 2\r\n2  3\n 3\t10 \n10 7\n";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Comments_blanks_and_separators_are_understood_plain_or_compressed(bool gzip)
    {
        var t = Read(Sample, gzip: gzip);
        Assert.Equal(["2", "3", "7", "10"], t.Labels!);
        Assert.Equal([(0, 1), (0, 3), (1, 0), (1, 3), (2, 3), (3, 0), (3, 1), (3, 2)],
            Graphs.CheckInvariants(t).Order());
        Assert.Empty(t.Notes);
    }

    [Fact]
    public void Directed_keeps_one_direction() =>
        Assert.Equal([(0, 1), (1, 3), (3, 0), (3, 2)], Graphs.CheckInvariants(Read(Sample, directed: true)).Order());

    [Fact]
    public void Words_are_numbered_in_order_of_appearance()
    {
        var t = Read("paris rome\nrome 12\nÄther paris\n");
        Assert.Equal(["paris", "rome", "12", "Äther"], t.Labels!);
        Assert.True(t.EdgeId(3, 0) >= 0);
    }

    [Fact]
    public void Whole_numbers_of_any_size_sort_by_value()
    {
        var t = Read("-5 99999999999999999999\n3 -5\n");
        Assert.Equal(["-5", "3", "99999999999999999999"], t.Labels!);
    }

    [Fact]
    public void Two_names_for_one_number_are_said()
    {
        Assert.Equal(["nodes '01' and '1' are two, though equal as numbers"], Read("01 2\n2 1\n").Notes);
        Assert.Equal(["nodes '1' and '1.0' are two, though equal as numbers"], Read("1 2\n2 1.0\n").Notes);
    }

    [Fact]
    public void Self_loops_and_repeated_edges_are_dropped_and_counted()
    {
        var t = Read("1 2\n2 1\n1 2\n3 3\n2 3\n");
        Assert.Equal(4, t.Edges);
        Assert.Equal(
            ["dropped 1 self loop", "dropped 2 repeated edges, those listed both ways among them"], t.Notes);
    }

    [Fact]
    public void Facts_tell_the_names_of_nodes_and_all_notes()
    {
        var facts = TopologyFacts.Of(Read("7 8 0.5\n8 9 0.5\n9 9 0.5\n")).ToDictionary();

        Assert.Equal("node 0 is '7', node 2 is '9'", facts["names"]);
        Assert.StartsWith("passed over column 3: ", facts["read as"]);
        Assert.Equal("dropped 1 self loop", facts["notes"]);
        Assert.DoesNotContain("names", TopologyFacts.Of(Read("0 1\n")).ToDictionary().Keys);
    }

    [Fact]
    public void The_largest_component_keeps_its_labels()
    {
        var t = Read("a b\nc d\nd e\n", largest: true);
        Assert.Equal(["c", "d", "e"], t.Labels!);
        Assert.Equal(["kept the largest of 2 components: 3 of 5 nodes"], t.Notes);
    }

    [Fact]
    public void The_file_says_whether_edges_have_a_direction_unless_the_option_does()
    {
        const string text = "% asym\n1 2\n";

        Assert.Equal(1, Read(text).Edges);
        Assert.Equal(["edges have one direction, as the file says; 'directed: false' takes them both ways"],
            Read(text).ReadAs);
        Assert.Equal(2, Read(text, directed: false).Edges);
    }

    [Fact]
    public void A_broken_archive_or_a_missing_file_is_an_input_error()
    {
        string text = string.Join('\n', Enumerable.Range(0, 9999).Select(i => $"{i} {i * 7}"));
        byte[] whole = Compressed(Encoding.UTF8.GetBytes(text));
        File.WriteAllBytes(_file, whole[..(whole.Length / 2)]);
        var options = new EdgeListTopology.Options { File = "my.edges" };
        var e = Assert.Throws<InputException>(
            () => new EdgeListTopology(options).Build(new GraphContext(new GraphDraws(1), _ => _file)));
        Assert.StartsWith(_file, e.Message);
        Assert.Throws<InputException>(
            () => new EdgeListTopology(options).Build(new GraphContext(new GraphDraws(1), _ => _file + ".none")));
    }
}
