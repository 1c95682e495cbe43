using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Experiments.Specification;

namespace AsyncOpt.Experiments.Data;

/// <summary>The data sets that experiments can name: what comes with the project and what can be fetched.</summary>
public sealed class DataCatalogue
{
    /// <summary>The catalogue's file name in the project's data folder.</summary>
    public const string FileName = "catalogue.yaml";

    const string Begin = "\n  - name: ";

    static readonly Lazy<DataCatalogue> Shipped = new(() => OfText(ReadShipped(), "data/" + FileName));

    readonly Lazy<IReadOnlyList<DataSet>> _sets;
    readonly Func<string, DataSet?> _find;
    readonly ConcurrentDictionary<string, DataSet> _found = new(StringComparer.Ordinal);

    DataCatalogue(Func<IReadOnlyList<DataSet>> sets, Func<string, DataSet?> find) =>
        (_sets, _find) = (new(sets), find);

    /// <summary>The catalogue of this program, <c>data/catalogue.yaml</c> as it was when it was built.</summary>
    public static DataCatalogue Default => Shipped.Value;

    /// <summary>All sets, in the file's order.</summary>
    public IReadOnlyList<DataSet> Sets => _sets.Value;

    /// <summary>A set by its name, or by its file's path inside a data folder; null when there is none.</summary>
    /// <param name="nameOrFile">For instance <c>a9a</c> or <c>libsvm/a9a.libsvm.gz</c>.</param>
    public DataSet? Find(string nameOrFile)
    {
        if (_found.TryGetValue(nameOrFile, out var known))
            return known;
        return _find(nameOrFile) is { } set ? _found.GetOrAdd(nameOrFile, set) : null;
    }

    /// <summary>A set by its name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="InputException">There is none of that name; the message gives the nearest one.</exception>
    public DataSet Get(string name) => Find(name) ?? throw new InputException(
        $"no data set '{name}' in the catalogue"
        + NearestName.Hint(name, Sets.Select(s => s.Name), "'asyncopt data list' shows them"));

    /// <summary>The set whose name is nearest to a name or a path; null where none is near.</summary>
    /// <param name="nameOrPath">What the user wrote.</param>
    /// <param name="fits">Which sets are meant.</param>
    public DataSet? Nearest(string nameOrPath, Func<DataSet, bool> fits) => NearestName.Of(
        Path.GetFileName(nameOrPath.Replace('\\', '/')), Sets.Where(fits).Select(s => s.Name)) is { } name
        ? Find(name)
        : null;

    /// <summary>Parses a catalogue and checks it.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="place">Where it comes from, for messages.</param>
    /// <exception cref="InputException">The text is not a catalogue; the message names the lines.</exception>
    public static DataCatalogue Parse(string yaml, string place)
    {
        var sets = ParseSets(yaml, place);
        return new(() => sets, nameOrFile => sets.FirstOrDefault(set => set.Name == nameOrFile)
            ?? sets.FirstOrDefault(set => set.File == nameOrFile.Replace('\\', '/')));
    }

    /// <summary>
    /// The catalogue of a text that is known to be good and in one layout: each set begins with the line
    /// <c>  - name: NAME</c>, and has a line <c>    file: FILE</c>. A set that is looked for is read alone.
    /// </summary>
    /// <param name="yaml">The text.</param>
    /// <param name="place">Where it comes from, for messages.</param>
    internal static DataCatalogue OfText(string yaml, string place) => new(
        () => ParseSets(yaml, place),
        nameOrFile => SetAt(yaml, place, Begin + nameOrFile)
            ?? SetAt(yaml, place, "\n    file: " + nameOrFile.Replace('\\', '/')));

    static DataSet? SetAt(string yaml, string place, string line)
    {
        var at = yaml.IndexOf(line + "\n", StringComparison.Ordinal);
        if (at < 0)
            return null;
        var start = yaml.LastIndexOf(Begin, at + Begin.Length - 1, StringComparison.Ordinal);
        var end = yaml.IndexOf(Begin, at + 1, StringComparison.Ordinal);
        return ParseSets("sets:" + yaml[start..(end < 0 ? yaml.Length : end)], place)[0];
    }

    static IReadOnlyList<DataSet> ParseSets(string yaml, string place)
    {
        var diagnostics = new Diagnostics();
        if (SpecReader.ReadFile(yaml, place, diagnostics) is not { } root)
            throw new InputException(string.Join('\n', diagnostics.Sorted));
        var sets = new Binder(Catalogue.Of(), diagnostics).Bind<Document>(root, out _).Sets ?? [];
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (DataSet set in sets)
            if (!names.Add(set.Name) || !names.Add("/" + set.File))
                diagnostics.Add(root["sets"]!, $"set '{set.Name}': the name or the file stands twice");
        diagnostics.ThrowIfAny();
        return sets;
    }

    static string ReadShipped()
    {
        using Stream stream = typeof(DataCatalogue).Assembly.GetManifestResourceStream("data/" + FileName)
            ?? throw new InvalidOperationException("the catalogue is not embedded");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    sealed record Document
    {
        [MinLength(1, ErrorMessage = "expected at least one set")]
        public required IReadOnlyList<DataSet> Sets { get; init; }
    }
}
