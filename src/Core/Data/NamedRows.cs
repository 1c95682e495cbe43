namespace AsyncOpt.Core.Data;

/// <summary>Matches the rows of a file with the nodes of a graph, by the names that both have.</summary>
static class NamedRows
{
    // As many names as a message shows.
    const int ShownMax = 5;

    /// <summary>Sees that each node is in the file.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="rows">The names that the file has.</param>
    /// <param name="nodes">The nodes' names, by node.</param>
    /// <param name="notes">Receives which names of the file are no nodes.</param>
    /// <exception cref="InputException">A node is not in the file.</exception>
    public static void Require(
        string path, IReadOnlyCollection<string> rows, IReadOnlyList<string> nodes, ICollection<string> notes)
    {
        var known = rows.ToHashSet(StringComparer.Ordinal);
        var missing = nodes.Where(name => !known.Contains(name)).ToList();
        if (missing.Count > 0)
        {
            throw new InputException(
                $"{path}: {Counted.Part(missing.Count, nodes.Count, "node", "is", "are")} not in the file: "
                + $"{List(missing)}; the file has {List([.. rows])}");
        }
        known.ExceptWith(nodes);
        var others = rows.Where(known.Contains).ToList();
        if (others.Count > 0)
        {
            notes.Add("passed over "
                + $"{Counted.Of(others.Count, "name that is no node", "names that are no nodes")}: {List(others)}");
        }
    }

    /// <summary>Some names for a message.</summary>
    public static string List(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(ShownMax).Select(name => $"'{name}'"))
        + (names.Count > ShownMax ? $" and {names.Count - ShownMax} more" : "");
}
