namespace AsyncOpt.Core.Catalog;

/// <summary>Finds what a user may have meant.</summary>
public static class NearestName
{
    /// <summary>The valid name nearest to what was written; null where none is near.</summary>
    /// <param name="written">What was written.</param>
    /// <param name="valid">The valid names. Among equally near ones the ordinally first is taken.</param>
    /// <remarks>
    /// Near means at most one edit per three letters, rounded up; else a name that begins with what was written, or
    /// the other way round.
    /// </remarks>
    public static string? Of(string written, IEnumerable<string> valid)
    {
        var sorted = valid.Order(StringComparer.Ordinal).ToList();
        if (sorted.Count == 0)
            return null;
        var nearest = sorted.Select(name => (Name: name, Distance: Distance(written, name))).MinBy(p => p.Distance);
        if (nearest.Distance <= (written.Length + 2) / 3)
            return nearest.Name;
        return written.Length < 3
            ? null
            : sorted.Find(name => name.Length >= 3 && (Begins(name, written) || Begins(written, name)));
    }

    /// <summary>What to say after an unknown name: the nearest valid one, and how to find the others.</summary>
    /// <param name="written">What was written.</param>
    /// <param name="valid">The valid names.</param>
    /// <param name="others">How to find the others, such as <c>expected one of a, b</c>; may be empty.</param>
    public static string Hint(string written, IEnumerable<string> valid, string others = "")
    {
        var near = Of(written, valid) is { } name ? $"; did you mean '{name}'?" : "";
        return (near.Length > 0, others.Length > 0) switch
        {
            (_, false) => near,
            (true, _) => $"{near} ({others})",
            _ => $"; {others}",
        };
    }

    /// <summary>The number of insertions, deletions, replacements and swaps of neighbours between two words.</summary>
    /// <remarks>
    /// The optimal string alignment form of the distance of Damerau (1964) and Levenshtein (1966): no letter is edited
    /// twice. Upper and lower case are the same letter.
    /// </remarks>
    public static int Distance(string a, string b)
    {
        // Three rows of the table d[i, j] = distance of the first i letters of a and the first j of b.
        int[] last = [.. Enumerable.Range(0, b.Length + 1)];
        int[] beforeLast = new int[last.Length], row = new int[last.Length];
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = last[j - 1] + (Same(a[i - 1], b[j - 1]) ? 0 : 1);
                row[j] = Math.Min(replaced, 1 + Math.Min(last[j], row[j - 1]));
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
            }
            (beforeLast, last, row) = (last, row, beforeLast);
        }
        return last[b.Length];
    }

    static bool Begins(string name, string start) => name.StartsWith(start, StringComparison.Ordinal);

    static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
