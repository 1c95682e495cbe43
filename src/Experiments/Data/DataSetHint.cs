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
    public static string? Of(Type kind, string name) => (DataCatalogue.Default.Find(name), kind) switch
    {
        ({ Kind: DataKind.Csv } set, _) when kind == typeof(DataSource) => File("csv", set),
        ({ Kind: DataKind.LibSvm } set, _) when kind == typeof(DataSource) => File("libsvm", set),
        ({ Kind: DataKind.Text } set, _) when kind == typeof(DataSource) => File("text", set),
        ({ Kind: DataKind.Idx } set, _) when kind == typeof(DataSource) =>
            Written(set, "{ name: idx, images: IMAGES, labels: LABELS } with the names of both sets"),
        ({ Kind: DataKind.Edges } set, _) when kind == typeof(TopologyGenerator) => File("edge-list", set),
        _ => null,
    };

    static string File(string reader, DataSet set) => Written(set, $"{{ name: {reader}, file: {set.Name} }}");

    static string Written(DataSet set, string how) => $"; '{set.Name}' is a data set: write {how}";
}
