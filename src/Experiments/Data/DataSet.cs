using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Experiments.Data;

/// <summary>What a data set's file holds, known by its path: which reader it is for.</summary>
public enum DataKind
{
    /// <summary>LIBSVM text: <c>.libsvm</c>.</summary>
    LibSvm,

    /// <summary>IDX images or labels: <c>-idx3-ubyte</c>, <c>-idx1-ubyte</c>.</summary>
    Idx,

    /// <summary>A numeric table: <c>.csv</c>.</summary>
    Csv,

    /// <summary>A graph's edges: <c>.edges</c>.</summary>
    Edges,

    /// <summary>Measured latencies, speeds or availability: everything in <c>traces/</c>.</summary>
    Trace,

    /// <summary>Text: <c>.txt</c>, <c>.tsv</c>.</summary>
    Text,

    /// <summary>Any other file.</summary>
    Other,
}

/// <summary>One data set of the catalogue: a file, how to know it, and where it comes from.</summary>
public sealed record DataSet : ICheckedOptions
{
    /// <summary>The name in experiment files and on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>The file's path in a data folder, with forward slashes, as <c>libsvm/a9a.libsvm.gz</c>.</summary>
    public required string File { get; init; }

    /// <summary>What is in it: rows, features, nodes, edges.</summary>
    public string What { get; init; } = "";

    /// <summary>The file's length.</summary>
    public required long Bytes { get; init; }

    /// <summary>The file's SHA-256, 64 lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The plain content's length, of a <c>.gz</c> file; otherwise 0.</summary>
    public long ContentBytes { get; init; }

    /// <summary>
    /// The plain content's SHA-256, of a <c>.gz</c> file; otherwise null. Where it is known it decides, since the same
    /// content packs to other bytes elsewhere.
    /// </summary>
    public string? ContentSha256 { get; init; }

    /// <summary>The https address of the file, or of the plain content of a <c>.gz</c> file; null for none.</summary>
    public string? Address { get; init; }

    /// <summary>What is known of the licence.</summary>
    public required string Licence { get; init; }

    /// <summary>What else to know; for a set without an address, how to make it.</summary>
    public string? Note { get; init; }

    /// <summary>Whether the file is packed with gzip.</summary>
    public bool IsPacked => File.EndsWith(".gz", StringComparison.Ordinal);

    /// <summary>Which reader it is for.</summary>
    public DataKind Kind => KindOf(File);

    /// <inheritdoc />
    public IEnumerable<string> Violations()
    {
        if (File.StartsWith('/') || File.Contains('\\') || File.Split('/').Contains(".."))
            yield return "the file must be a path inside a data folder, with forward slashes";
        if (!IsHash(Sha256) || Bytes <= 0)
            yield return "bytes and a sha256 of 64 lower-case hexadecimal digits are needed";
        if (IsPacked && (!IsHash(ContentSha256) || ContentBytes <= 0))
            yield return "a .gz file needs content-bytes and content-sha256";
        if (Address is not null && !Address.StartsWith("https://", StringComparison.Ordinal))
            yield return "the address must start with https://";
        if (Address is null && string.IsNullOrEmpty(Note))
            yield return "without an address a note must say how to make it";
    }

    /// <summary>The kind of a file, by its path.</summary>
    /// <param name="path">A path with forward or backward slashes; a final <c>.gz</c> does not count.</param>
    public static DataKind KindOf(string path)
    {
        string plain = path.Replace('\\', '/');
        if (plain.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            plain = plain[..^3];
        if (plain.Contains("traces/", StringComparison.Ordinal))
            return DataKind.Trace;
        if (plain.EndsWith("-ubyte", StringComparison.OrdinalIgnoreCase))
            return DataKind.Idx;
        return Path.GetExtension(plain).ToLowerInvariant() switch
        {
            ".libsvm" or ".svm" => DataKind.LibSvm,
            ".idx" => DataKind.Idx,
            ".csv" => DataKind.Csv,
            ".edges" => DataKind.Edges,
            ".txt" or ".tsv" => DataKind.Text,
            _ => DataKind.Other,
        };
    }

    static bool IsHash(string? text) => text?.Length == 64 && text.All(char.IsAsciiHexDigitLower);
}
