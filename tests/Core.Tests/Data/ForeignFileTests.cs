using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using AsyncOpt.Core.Data;
using AsyncOpt.Core.Laws;

namespace AsyncOpt.Core.Tests.Data;

/// <summary>A file that another reader reads, or none does, is called by its name.</summary>
public sealed class ForeignFileTests : IDisposable
{
    static readonly Dictionary<string, Action<string>> Readers = new()
    {
        ["csv"] = path => CsvReader.Read(path),
        ["libsvm"] = path => LibSvmReader.Read(path),
        ["idx"] = path => IdxReader.Read(path),
        ["edge-list"] = path => EdgeListReader.Read(path),
        ["graphml"] = path => GraphMlReader.Read(path),
        ["matrix-market"] = path => MatrixMarketReader.Read(path),
        ["matrix"] = path => MatrixReader.Read(path),
        ["links"] = path => LinkTableReader.Read(path, "from", "to", "ms"),
        ["empirical"] = path => new Empirical(new() { File = path }).Build(name => name),
    };

    // Each as its program writes it, to the first bytes that differ from one file to the next.
    public static readonly TheoryData<byte[], string> Files = new()
    {
        { [.. "PAR1"u8, 0x15, 0x04, 0x15, 0xC0, 0x02], "is a Parquet file; write what it holds as CSV, with pandas" },
        { [.. "ARROW1"u8, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF], "is an Arrow file" },
        { [0x89, .. "HDF\r\n"u8, 0x1A, .. "\n"u8, 0], "is an HDF5 file" },
        { [0x93, .. "NUMPY"u8, 1, 0, 0x76, 0, .. "{'descr': '<f8'"u8], "is an array of NumPy" },
        { Zip("x.npy", "y.npy"), "is a file of NumPy arrays" },
        { Zip("[Content_Types].xml", "xl/workbook.xml"), "save the sheet as CSV in UTF-8" },
        { Zip("data.csv"), "is a zip archive; unpack it" },
        { [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "is an old spreadsheet" },
        { [0x80, 4, 0x95, 0x0F, 0, 0, 0], "is a pickle of Python" },
        { TempFolder.Gzip([0x80, 5, 0x95, 0x0F, 0, 0, 0]), "is a pickle of Python" },
        { [.. "MATLAB 5.0 MAT-file, Platform: GLNXA64"u8, 0, 1], "is a file of MATLAB" },
        { [.. "SQLite format 3"u8, 0], "is a database of SQLite" },
        { [.. "BZh91AY&SY"u8, 0xC1, 0x9A], "is packed with bzip2; unpack it, or pack it with gzip" },
        { [0xFD, .. "7zXZ"u8, 0, 0, 4], "is packed with xz" },
        { [0x28, 0xB5, 0x2F, 0xFD, 0x24, 0x10], "is packed with zstd" },
        { [0x89, .. "PNG\r\n"u8, 0x1A], "is a picture" },
        { Tar(), "is a tar archive; unpack it" },
        { Encoding.UTF8.GetBytes("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n"),
            "is a pointer of Git LFS in place of the file; fetch it with 'git lfs pull'" },
        { "<!DOCTYPE html>\n<html><head><title>404</title></head></html>\n"u8.ToArray(), "is a web page" },
        { "<?xml version='1.0'?>\n<gexf version='1.3'>\n</gexf>\n"u8.ToArray(), "is GEXF; write it as GraphML" },
        { "{\"x\": 1, \"label\": 0}\n{\"x\": 2, \"label\": 1}\n"u8.ToArray(), "is JSON; write what it holds as CSV" },
        { [0xEF, 0xBB, 0xBF, .. "[\n  {\"x\": 1}\n]\n"u8], "is JSON" },
        { "@RELATION iris\n@ATTRIBUTE x NUMERIC\n@DATA\n1,2\n"u8.ToArray(), "is ARFF; take the lines below @data" },
        { "Creator \"igraph\"\ngraph\n[\n  node [ id 1 ]\n]\n"u8.ToArray(), "is GML; write it as GraphML" },
        { "digraph g {\n  a -> b;\n}\n"u8.ToArray(), "is DOT of Graphviz" },
        { "*Vertices 2\n1 \"a\"\n2 \"b\"\n*Edges\n1 2\n"u8.ToArray(), "is a graph of Pajek" },
    };

    // A format that one of the readers reads, as the others see it.
    public static readonly TheoryData<string, string, string, string[]> Mistaken = new()
    {
        { "graphml", "<?xml version='1.0'?>\n<graphml>\n<graph edgedefault='directed'><node id='a'/></graph></graphml>",
            ": is GraphML, which topology 'graphml' reads",
            ["csv", "libsvm", "idx", "edge-list", "matrix-market", "matrix", "links", "empirical"] },
        { "matrix-market", "%%MatrixMarket matrix coordinate pattern symmetric\n2 2 1\n2 1\n",
            ": is Matrix Market, which topology 'matrix-market' reads",
            ["csv", "libsvm", "idx", "edge-list", "graphml", "links", "empirical"] },
        { "idx", "\0\0\u0008\u0003\0\0\0\u0001\0\0\0\u0001\0\0\0\u0001\u0007", ": is IDX, which data 'idx' reads",
            ["csv", "libsvm", "edge-list", "graphml", "matrix-market", "matrix", "links", "empirical"] },
        { "libsvm", "+1 1:0.5 3:1 # a\n-1 2:1\n", "; this looks like LIBSVM, which data 'libsvm' reads",
            ["csv", "edge-list", "links"] },
        { "csv", "x,y,label\n1,2,0\n3,4,1\n", "; this looks like a table, which data 'csv' reads", ["libsvm"] },
        { "csv", "0.5; 2; a\n3; 4; b\n", "; this looks like a table, which data 'csv' reads", ["libsvm"] },
        { "edge-list", "# a comment\n1 2\n2 3\n", "; this looks like lines of two nodes, which topology 'edge-list' reads",
            ["graphml"] },
    };

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_reader_says_what_a_file_is_that_it_cannot_read(byte[] bytes, string what)
    {
        var path = _folder.Write("data", bytes);

        Assert.All(Readers.Values, read =>
        {
            var message = Assert.Throws<InputException>(() => read(path)).Message;
            Assert.StartsWith($"{path}: is ", message);
            Assert.Contains(what, message);
        });
    }

    [Theory]
    [MemberData(nameof(Mistaken))]
    public void A_reader_names_the_one_that_fits(string reader, string text, string says, string[] others)
    {
        var path = _folder.Write("data", text);

        Readers[reader](path);
        Assert.All(others, other =>
            Assert.EndsWith(says, Assert.Throws<InputException>(() => Readers[other](path)).Message));
    }

    [Theory]
    [InlineData("csv", "1,2\n3,x y\n4\n", ":3: has 1 column, the rows before have 2")]
    [InlineData("libsvm", "1 1:1\n1 1,5:2\n", ":2: expected a whole number before ':' in '1,5:2'")]
    [InlineData("libsvm", "1 1:1,5\n", ":1: index 1: expected a finite number, got '1:1,5'")]
    [InlineData("edge-list", "1 2\n2\n", ":2: expected two node labels, between them blanks, as on the first line, got '2'")]
    [InlineData("graphml", "<graphml><edge source='a' target='b'/></graphml>", ": has no nodes")]
    [InlineData("matrix-market", "%%MatrixMarket matrix coordinate pattern symmetric\n2 2 1\n",
        ": announces 1 entry and has 0")]
    [InlineData("matrix", "1 2\n3\n", ":2: has 1 columns, the rows before have 2")]
    public void A_broken_file_of_the_readers_own_format_is_not_taken_for_another(
        string reader, string text, string says)
    {
        var path = _folder.Write("data", text);

        Assert.Equal(path + says, Assert.Throws<InputException>(() => Readers[reader](path)).Message);
    }

    static byte[] Zip(params string[] names)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            foreach (var name in names)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write("1,2\n"u8);
            }
        }
        return bytes.ToArray();
    }

    static byte[] Tar()
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes))
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "data.csv")
            {
                DataStream = new MemoryStream("1,2\n"u8.ToArray()),
            });
        }
        return bytes.ToArray();
    }
}
