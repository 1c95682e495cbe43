using System.Formats.Tar;
using System.Text;
using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Tests.Data;

public sealed class MatrixReaderTests : IDisposable
{
    const string Missing = "leave the line out, or fill in the missing value";

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("1 2 3\n4 5 6\n")]
    [InlineData("# ms\n1\t2\t3\t\r\n\r\n4\t5\t6\t\r\n")]
    [InlineData("1, 2, 3\n4,5,6\n")]
    public void Reads_blanks_tabs_and_commas(string text)
    {
        NumericMatrix matrix = MatrixReader.Read(_folder.WriteGzip("m", text));

        Assert.Equal((2, 3), (matrix.Rows, matrix.Columns));
        Assert.Equal([1.0, 2, 3, 4, 5, 6], matrix.Values);
        Assert.Equal(6, matrix[1, 2]);
    }

    [Theory]
    [InlineData("1 2\n3\n", ":2: has 1 columns, the rows before have 2")]
    [InlineData("1 2\n3 x\n", ":2: column 2: expected a finite number, got 'x'")]
    [InlineData("1,2\n3,\n", ":2: column 2: expected a finite number, got ''; " + Missing)]
    [InlineData("1 2\n", ": expected a square matrix, got 1 x 2")]
    [InlineData("", ": has no numbers")]
    public void A_broken_matrix_is_refused_with_its_place(string text, string message)
    {
        string path = _folder.Write("broken.tsv", text);

        Assert.Equal(path + message, Assert.Throws<InputException>(() => MatrixReader.ReadSquare(path)).Message);
    }

    [Fact]
    public void Reads_one_file_of_a_packed_archive()
    {
        var archive = new MemoryStream();
        using (var tar = new TarWriter(archive, leaveOpen: true))
        {
            (string, string)[] files = [("s/one", "1\n"), ("s/two", "1 2\n3 4\n"), ("s/bad", "1\ny\n")];
            foreach ((string name, string text) in files)
            {
                var data = new MemoryStream(Encoding.UTF8.GetBytes(text));
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = data });
            }
        }
        string path = _folder.WriteGzip("s.tar.gz", archive.ToArray());

        Assert.Equal([1.0, 2, 3, 4], MatrixReader.ReadTarEntry(path, "s/two").Values);
        Assert.Equal($"{path}!s/bad:2: column 1: expected a finite number, got 'y'",
            Assert.Throws<InputException>(() => MatrixReader.ReadTarEntry(path, "s/bad")).Message);
        Assert.Contains("no file 's/three'",
            Assert.Throws<InputException>(() => MatrixReader.ReadTarEntry(path, "s/three")).Message);
    }

    [Fact]
    public void Long_tables_become_one_list_of_values_per_directed_link()
    {
        string path = _folder.Write("p.csv", "from,to,size,ms\na,b,24,3\nb,c,24,5\na,b,64,9\na,b,24,1\na,b,24,8\n");

        LinkTable table = LinkTableReader.Read(path, "from", "to", "ms",
            new Dictionary<string, string> { ["size"] = "24" });

        Assert.Equal(["a", "b", "c"], table.Labels);
        Assert.Equal([(0, 1), (1, 2)], table.Links.Select(l => (l.From, l.To)));
        Assert.Equal([3.0, 1, 8], table.Links[0].Values);
        NumericMatrix medians = table.ToMatrix(LinkTable.Median);
        Assert.Equal((3.0, 5.0, double.NaN), (medians[0, 1], medians[1, 2], medians[1, 0]));
        Assert.Equal(2.5, LinkTable.Median([4, 1, 3, 2]));
    }

    [Fact]
    public void Semicolons_may_stand_between_decimal_commas()
    {
        string links = _folder.Write("links.csv", "from;to;ms\na;b;1,5\nb;a;0,25\n");
        Assert.Equal([1.5, 0.25], LinkTableReader.Read(links, "from", "to", "ms").Links.Select(link => link.Values[0]));
        Assert.Equal([0, 1.5, 0.25, 0], MatrixReader.ReadSquare(_folder.Write("m.csv", "0;1,5\n0,25;0\n")).Values);
    }

    [Theory]
    [InlineData("from,to\na,b\n", ":1: no column 'ms'; there are from, to")]
    [InlineData("from,to,ms\na,b\n", ":2: has 2 columns, the header has 3")]
    [InlineData("from,to,ms\na,b,-\n", ":2: column 3: expected a finite number, got '-'; " + Missing)]
    [InlineData("from,to,ms,ms\na,b,1,2\n", ":1: several columns have the name 'ms'; rename all but one")]
    [InlineData("from,to,ms\na,b,\"1,5\"\n", ":2: column 3: expected a finite number, got '1,5'; decimals are written "
        + "with a point: 1.5")]
    [InlineData("from;to;ms\na;b;1,5\nb;a;1.5\n",
        ":3: column 3: '1.5' has a decimal point, but line 2 has a decimal comma; use one of them")]
    [InlineData("from,to,ms\na,,1\n", ":2: column 2: the node is empty")]
    [InlineData("from,to,ms\n", ": no line has data")]
    [InlineData("", ": is empty; expected a header")]
    public void A_broken_long_table_is_refused_with_its_place(string text, string message)
    {
        string path = _folder.Write("broken.csv", text);

        Assert.Equal(path + message,
            Assert.Throws<InputException>(() => LinkTableReader.Read(path, "from", "to", "ms")).Message);
    }

    [Fact]
    public void Planetlab_is_a_symmetric_matrix_of_milliseconds()
    {
        NumericMatrix matrix = MatrixReader.ReadSquare(LargeData.Path("traces/planetlab490-slice01.tsv.gz"));

        Assert.Equal(490, matrix.Rows);
        Assert.Equal(matrix[3, 200], matrix[200, 3]);
        Assert.Equal(2984.1, matrix.Values.Max());
    }

    [Fact]
    public void Seattle_is_an_archive_of_asymmetric_matrices()
    {
        string archive = LargeData.Path("traces/seattle99x688.tar.gz");

        NumericMatrix matrix = MatrixReader.ReadTarEntry(archive, "Seattle/SeattleData_1");

        Assert.Equal((99, 99), (matrix.Rows, matrix.Columns));
        Assert.Equal((0.17, 0.12), (matrix[0, 1], matrix[1, 0]));
    }

    [Fact]
    public void Aws_pings_are_312_directed_links_between_52_nodes()
    {
        LinkTable table = LinkTableReader.Read(LargeData.Path("traces/aws52-pings.csv.gz"), "source", "dest", "time");

        Assert.Equal((52, 312), (table.Labels.Length, table.Links.Length));
        Assert.Equal(224639, table.Links.Sum(l => l.Values.Length));
    }
}
