using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace AsyncOpt.Experiments.Data;

/// <summary>The data sets that experiments can name: what comes with the project and what can be fetched.</summary>
public sealed class DataCatalogue
{
    /// <summary>The catalogue's file name in the project's data folder.</summary>
    public const string FileName = "catalogue.yaml";

    static readonly Lazy<DataCatalogue> Shipped = new(ReadShipped);

    readonly Dictionary<string, DataSet> _byName;
    readonly Dictionary<string, DataSet> _byFile;

    DataCatalogue(IReadOnlyList<DataSet> sets)
    {
        Sets = sets;
        _byName = sets.ToDictionary(s => s.Name, StringComparer.Ordinal);
        _byFile = sets.ToDictionary(s => s.File, StringComparer.Ordinal);
    }

    /// <summary>The catalogue of this program, <c>data/catalogue.yaml</c> as it was when it was built.</summary>
    public static DataCatalogue Default => Shipped.Value;

    /// <summary>All sets, in the file's order.</summary>
    public IReadOnlyList<DataSet> Sets { get; }

    /// <summary>A set by its name, or by its file's path inside a data folder; null when there is none.</summary>
    /// <param name="nameOrFile">For instance <c>a9a</c> or <c>libsvm/a9a.libsvm.gz</c>.</param>
    public DataSet? Find(string nameOrFile) =>
        _byName.GetValueOrDefault(nameOrFile) ?? _byFile.GetValueOrDefault(nameOrFile.Replace('\\', '/'));

    /// <summary>A set by its name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="InputException">There is none of that name; the message gives the nearest ones.</exception>
    public DataSet Get(string name) => Find(name) ?? throw new InputException(
        $"no data set '{name}' in the catalogue{NearestText(name)}; see 'asyncopt data list'");

    /// <summary>The names nearest to a word, nearest first: those that differ by up to about a third of it.</summary>
    /// <param name="word">What the user wrote.</param>
    public IReadOnlyList<string> Nearest(string word)
    {
        string plain = Path.GetFileName(word.Replace('\\', '/'));
        return [.. Sets.Select(s => (s.Name, Distance: NearestName.Distance(plain, s.Name)))
            .Where(n => n.Distance <= Math.Max(1, plain.Length / 3))
            .OrderBy(n => n.Distance).ThenBy(n => n.Name, StringComparer.Ordinal).Take(3).Select(n => n.Name)];
    }

    /// <summary>Parses a catalogue and checks it.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="place">Where it comes from, for messages.</param>
    /// <exception cref="InputException">The text is not a catalogue; the message names the line or the set.</exception>
    public static DataCatalogue Parse(string yaml, string place)
    {
        IDeserializer deserializer = new DeserializerBuilder()
            .WithNamingConvention(HyphenatedNamingConvention.Instance)
            .Build();
        List<Row> rows;
        try
        {
            rows = deserializer.Deserialize<Document?>(yaml)?.Sets ?? [];
        }
        catch (YamlException e)
        {
            throw new InputException($"{place}:{e.Start.Line}: {e.InnerException?.Message ?? e.Message}", e);
        }
        if (rows.Count == 0)
            throw new InputException($"{place}: has no 'sets'");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (Row row in rows)
        {
            string? problem = Problem(row, names);
            if (problem is not null)
                throw new InputException($"{place}: set '{row.Name}': {problem}");
        }
        return new([.. rows.Select(Make)]);
    }

    internal string NearestText(string word)
    {
        IReadOnlyList<string> nearest = Nearest(word);
        return nearest.Count == 0 ? "" : $"; nearest: {string.Join(", ", nearest)}";
    }

    static string? Problem(Row row, HashSet<string> names)
    {
        if (string.IsNullOrEmpty(row.Name) || string.IsNullOrEmpty(row.File) || string.IsNullOrEmpty(row.Licence))
            return "name, file and licence are needed";
        if (!names.Add(row.Name) || !names.Add("/" + row.File))
            return "the name or the file stands twice";
        if (row.File.StartsWith('/') || row.File.Contains('\\') || row.File.Split('/').Contains(".."))
            return "the file must be a path inside a data folder, with forward slashes";
        if (!IsHash(row.Sha256) || row.Bytes <= 0)
            return "bytes and a sha256 of 64 lower-case hexadecimal digits are needed";
        if (row.File.EndsWith(".gz", StringComparison.Ordinal) && (!IsHash(row.ContentSha256) || row.ContentBytes <= 0))
            return "a .gz file needs content-bytes and content-sha256";
        if (row.Address is not null && !row.Address.StartsWith("https://", StringComparison.Ordinal))
            return "the address must start with https://";
        return row.Address is null && string.IsNullOrEmpty(row.Note)
            ? "without an address a note must say how to make it"
            : null;
    }

    static bool IsHash(string? text) => text?.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    static DataSet Make(Row row) => new()
    {
        Name = row.Name!,
        File = row.File!,
        What = row.What ?? "",
        Bytes = row.Bytes,
        Sha256 = row.Sha256!,
        ContentBytes = row.ContentBytes,
        ContentSha256 = row.ContentSha256,
        Address = row.Address,
        Licence = row.Licence!,
        Note = row.Note,
    };

    static DataCatalogue ReadShipped()
    {
        using Stream stream = typeof(DataCatalogue).Assembly.GetManifestResourceStream("data/" + FileName)
            ?? throw new InvalidOperationException("the catalogue is not embedded");
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd(), "data/" + FileName);
    }

    // What the YAML library fills; unknown keys are errors.
    sealed class Document
    {
        public List<Row>? Sets { get; set; }
    }

    sealed class Row
    {
        public string? Name { get; set; }

        public string? File { get; set; }

        public string? What { get; set; }

        public long Bytes { get; set; }

        public string? Sha256 { get; set; }

        public long ContentBytes { get; set; }

        public string? ContentSha256 { get; set; }

        public string? Address { get; set; }

        public string? Licence { get; set; }

        public string? Note { get; set; }
    }
}
