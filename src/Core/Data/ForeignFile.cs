using System.Text;
using System.Text.RegularExpressions;

namespace AsyncOpt.Core.Data;

/// <summary>What a reader reads.</summary>
internal enum FileFormat
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>Numbers in columns, without names of what they are.</summary>
    Numbers,

    /// <summary>Tables with a separator.</summary>
    Csv,

    /// <summary>LIBSVM.</summary>
    LibSvm,

    /// <summary>Edges as lines.</summary>
    EdgeList,

    /// <summary>Graphs in XML.</summary>
    GraphMl,

    /// <summary>Sparse matrices.</summary>
    MatrixMarket,

    /// <summary>Arrays of bytes.</summary>
    Idx,

    /// <summary>Archives.</summary>
    Tar,
}

/// <summary>
/// Recognizes a file of another format than its reader's, by how it begins, and says what to do with it. It is asked
/// where a reader has failed, so that no file is refused for its beginning alone.
/// </summary>
internal static class ForeignFile
{
    /// <summary>How a file begins in whose place there is a pointer to it.</summary>
    public const string LfsBegins = "version https://git-lfs";

    /// <summary>What is said of it.</summary>
    public const string LfsPointer = "a pointer of Git LFS in place of the file; fetch it with 'git lfs pull'";

    const int HeadMax = 1024;

    const RegexOptions Options =
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline;

    const string AsCsv = "write what it holds as CSV";
    const string Pandas = AsCsv + ", with pandas: ";
    const string NetworkX = "write it as GraphML, with networkx: ";

    // What no text has at its beginning. Patterns are of bytes: one character each.
    static readonly (string Begins, string Says)[] Bytes =
    [
        (@"PAR1", $"a Parquet file; {Pandas}read_parquet(FILE).to_csv('data.csv', index=False)"),
        (@"ARROW1|FEA1", $"an Arrow file (Feather); {Pandas}read_feather(FILE).to_csv('data.csv', index=False)"),
        (@"\x89HDF", $"an HDF5 file; {Pandas}read_hdf(FILE).to_csv('data.csv', index=False)"),
        (@"\x93NUMPY", $"an array of NumPy; {AsCsv}: numpy.savetxt('data.csv', numpy.load(FILE), delimiter=',')"),
        (@"PK\x03\x04.{26}[^/\n]*?\.npy", $"a file of NumPy arrays; {AsCsv}: "
            + "numpy.savetxt('data.csv', numpy.load(FILE)[NAME], delimiter=',')"),
        (@"PK\x03\x04.{26}(\[Content_Types\]|xl/|_rels/|docProps/|mimetype)",
            "a spreadsheet or another document of an office program; save the sheet as CSV in UTF-8"),
        (@"PK\x03\x04", "a zip archive; unpack it, and name the file in it"),
        (@"\xD0\xCF\x11\xE0", "an old spreadsheet or document (.xls, .doc); save the sheet as CSV in UTF-8"),
        (@"\x80[\x02-\x05]", $"a pickle of Python; load it there, and {AsCsv}"),
        (@"MATLAB 5\.0 MAT-file", "a file of MATLAB; write a table with writematrix, a graph as lines of two nodes"),
        (@"SQLite format 3\0", $"a database of SQLite; {AsCsv}"),
        (@"Obj\x01", $"an Avro file; {AsCsv}"),
        (@"BZh[1-9]1AY", "packed with bzip2; unpack it, or pack it with gzip"),
        (@"\xFD7zXZ\0", "packed with xz; unpack it, or pack it with gzip"),
        (@"\x28\xB5\x2F\xFD", "packed with zstd; unpack it, or pack it with gzip"),
        (@"7z\xBC\xAF\x27\x1C", "a 7z archive; unpack it, and name the file in it"),
        (LfsBegins, LfsPointer),
        (@"%PDF-", "a PDF document; take its numbers into a CSV file"),
        (@"\x89PNG|GIF8|\xFF\xD8\xFF", "a picture; pictures are read as IDX files, by data 'idx'"),
    ];

    // What a text may be, and no table and no list of edges is.
    static readonly (string Begins, string Says, FileFormat? Format)[] Texts =
    [
        (@"<(!doctype )?html", "a web page, perhaps an error's; fetch the file anew, and look into it", null),
        (@"<.*<graphml", "GraphML, which topology 'graphml' reads", FileFormat.GraphMl),
        (@"<.*<gexf", "GEXF; write it as GraphML, with Gephi or networkx", null),
        (@"<[?!a-z]", "XML, of which only GraphML is read, by topology 'graphml'", FileFormat.GraphMl),
        (@"%%MatrixMarket", "Matrix Market, which topology 'matrix-market' reads", FileFormat.MatrixMarket),
        (@"\{\s*""|\[\s*[\[{""]", $"JSON; {Pandas}read_json(FILE).to_csv('data.csv', index=False)", null),
        (@"@relation", "ARFF; take the lines below @data, which are CSV", null),
        (@"(.*\n)?graph\s*\[", $"GML; {NetworkX}write_graphml(read_gml(FILE), 'graph.graphml')", null),
        (@"(strict\s+)?(di)?graph\b[^\n]*\{", "DOT of Graphviz; write an edge a line, as two nodes", null),
        (@"\*vertices", $"a graph of Pajek; {NetworkX}write_graphml(read_pajek(FILE), 'graph.graphml')", null),
    ];

    /// <summary>Why a reader cannot read a file, where the file is of another format.</summary>
    /// <param name="path">The file, plain or gzip.</param>
    /// <param name="reader">What the reader reads.</param>
    /// <param name="failure">What the reader says.</param>
    /// <returns>The message; null where the file may be of the reader's format.</returns>
    public static string? Explain(string path, FileFormat reader, string failure)
    {
        var head = Head(path);
        if (Certain(head, reader) is { } certain)
            return $"{path}: is {certain}";
        return Likely(head, reader) is { } likely ? $"{failure}; this looks like {likely}" : null;
    }

    static string? Certain(string head, FileFormat reader)
    {
        if (Array.Find(Bytes, b => Begins(head, b.Begins)) is { Says: { } says })
            return says;
        if (reader != FileFormat.Tar && head.Length > 262 && head.AsSpan(257).StartsWith("ustar"))
            return "a tar archive; unpack it, and name the file in it";
        if (reader != FileFormat.Idx && Begins(head, @"\0\0\x08[\x01-\x04]\0"))
            return "IDX, which data 'idx' reads";
        if (reader == FileFormat.Text)
            return null;
        var text = head.StartsWith("\u00EF\u00BB\u00BF", StringComparison.Ordinal) ? head[3..] : head;
        var found = Array.Find(Texts, t => Begins(text.TrimStart(), t.Begins));
        return found.Format == reader ? null : found.Says;
    }

    // By the first line that is no comment.
    static string? Likely(string head, FileFormat reader)
    {
        var lines = head.Split('\n').Select(line => line.Trim());
        var line = lines.FirstOrDefault(line => line.Length > 0 && line[0] is not ('#' or '%')) ?? "";
        var isLibSvm = Begins(line, @"[-+.\de]+(\s+(qid|\d+):[-+.\de]+)+\s*(#.*)?$");
        return reader switch
        {
            FileFormat.Csv or FileFormat.EdgeList when isLibSvm => "LIBSVM, which data 'libsvm' reads",
            FileFormat.LibSvm when Begins(line, @"[^\s:]+([,;\t|]\s?[^\s:]+)+$") => "a table, which data 'csv' reads",
            FileFormat.GraphMl when Begins(line, @"[^\s<,;]+(\s+|[,;])[^\s<,;]+$") =>
                "lines of two nodes, which topology 'edge-list' reads",
            _ => null,
        };
    }

    static bool Begins(string text, string pattern) =>
        Regex.IsMatch(text, $@"\A(?:{pattern})", Options);

    static string Head(string path)
    {
        try
        {
            using var stream = DataFile.Open(path);
            var head = new byte[HeadMax];
            return Encoding.Latin1.GetString(head, 0, stream.ReadAtLeast(head, head.Length, false));
        }
        catch (Exception e) when (e is InputException or InvalidDataException || StorageException.Is(e))
        {
            return "";
        }
    }
}
