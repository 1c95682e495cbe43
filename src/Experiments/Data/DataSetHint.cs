using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Experiments.Data;

/// <summary>What to say where the name of a data set stands in place of what reads it.</summary>
static class DataSetHint
{
    /// <summary>How to write the set, ready to paste.</summary>
    /// <param name="kind">The kind whose name was expected.</param>
    /// <param name="name">What was written.</param>
    /// <returns>The end of a message; null where the name is no set's, or the kind reads no such set.</returns>
    public static string? Of(Type kind, string name) =>
        DataCatalogue.Default.Find(name) is { } set && Written(kind, set) is { } written
            ? $"; '{set.Name}' is a data set: write {written}"
            : null;

    /// <summary>The same for the set whose name is nearest to what was written.</summary>
    /// <param name="kind">The kind whose name was expected.</param>
    /// <param name="name">What was written.</param>
    public static string? Near(Type kind, string name) =>
        DataCatalogue.Default.Nearest(name, s => Written(kind, s) is not null) is { } set
            ? $"; did you mean the data set '{set.Name}'? ({Written(kind, set)}; 'asyncopt data list' shows the others)"
            : null;

    static string? Written(Type kind, DataSet set) => set.Kind switch
    {
        DataKind.Csv when kind == typeof(DataSource) => File("csv", set),
        DataKind.LibSvm when kind == typeof(DataSource) => File("libsvm", set),
        DataKind.Text when kind == typeof(DataSource) => File("text", set),
        DataKind.Idx when kind == typeof(DataSource) =>
            "{ name: idx, images: IMAGES, labels: LABELS } with the names of both sets",
        DataKind.Edges when kind == typeof(TopologyGenerator) => File("edge-list", set),
        _ => null,
    };

    static string File(string reader, DataSet set) => $"{{ name: {reader}, file: {set.Name} }}";
}
