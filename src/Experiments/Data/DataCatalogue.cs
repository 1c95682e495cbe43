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
    /// <exception cref="InputException">There is none of that name; the message gives the nearest one.</exception>
    public DataSet Get(string name) => Find(name) ?? throw new InputException(
        $"no data set '{name}' in the catalogue"
        + NearestName.Hint(name, Sets.Select(s => s.Name), "'asyncopt data list' shows them"));

    /// <summary>The set whose name is nearest to a name or a path; null where none is near.</summary>
    /// <param name="nameOrPath">What the user wrote.</param>
    /// <param name="fits">Which sets are meant.</param>
    public DataSet? Nearest(string nameOrPath, Func<DataSet, bool> fits) => NearestName.Of(
        Path.GetFileName(nameOrPath.Replace('\\', '/')), Sets.Where(fits).Select(s => s.Name)) is { } name
        ? _byName[name]
        : null;

    /// <summary>Parses a catalogue and checks it.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="place">Where it comes from, for messages.</param>
    /// <exception cref="InputException">The text is not a catalogue; the message names the lines.</exception>
    public static DataCatalogue Parse(string yaml, string place)
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
        return new(sets);
    }

    static DataCatalogue ReadShipped()
    {
        using Stream stream = typeof(DataCatalogue).Assembly.GetManifestResourceStream("data/" + FileName)
            ?? throw new InvalidOperationException("the catalogue is not embedded");
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd(), "data/" + FileName);
    }

    sealed record Document
    {
        [MinLength(1, ErrorMessage = "expected at least one set")]
        public required IReadOnlyList<DataSet> Sets { get; init; }
    }
}
