namespace AsyncOpt.Core.Catalog;

/// <summary>Finds what a user may have meant.</summary>
public static class NearestName
{
    // Folders may have many files.
    const int FilesMax = 1000;

    /// <summary>The valid name nearest to what was written; null where none is near.</summary>
    /// <param name="written">What was written.</param>
    /// <param name="valid">The valid names. Among equally near ones the ordinally first is taken.</param>
    /// <remarks>
    /// Near means at most one edit per three letters, rounded up, that leave a letter of it; else a name that begins
    /// with what was written, or the other way round; else one of several words whose first ones are at most one edit
    /// from it.
    /// </remarks>
    public static string? Of(string written, IEnumerable<string> valid)
    {
        var sorted = valid.Order(StringComparer.Ordinal).ToList();
        if (sorted.Count == 0)
            return null;
        var nearest = sorted.Select(name => (Name: name, Distance: Distance(written, name))).MinBy(p => p.Distance);
        var allowed = Math.Min((written.Length + 2) / 3, Math.Max(written.Length, nearest.Name.Length) - 1);
        if (nearest.Distance <= allowed)
            return nearest.Name;
        return written.Length < 3
            ? null
            : sorted.Find(name => name.Length >= 3 && (Begins(name, written) || Begins(written, name)))
                ?? sorted.Find(name => written.Length > 3 && Beginnings(name).Any(b => Distance(written, b) <= 1));
    }

    /// <summary>The file nearest to a path that leads to none, in the same folder; null where none is near.</summary>
    /// <param name="path">The path.</param>
    /// <param name="isFolder">Whether it is to lead to a folder.</param>
    /// <returns>The file, with the folder as it was written.</returns>
    public static string? OfFile(string path, bool isFolder = false)
    {
        path = Path.TrimEndingDirectorySeparator(path);
        var within = Path.GetDirectoryName(Path.GetFullPath(path));
        if (!Directory.Exists(within))
            return null;
        var there = isFolder ? Directory.EnumerateDirectories(within) : Directory.EnumerateFiles(within);
        return Of(Path.GetFileName(path), there.Take(FilesMax).Select(file => Path.GetFileName(file))) is { } name
            ? Path.Combine(Path.GetDirectoryName(path) ?? "", name)
            : null;
    }

    /// <summary>
    /// What to say after the path of a file that is not there: the nearest one, and where it was looked for.
    /// </summary>
    /// <param name="path">The path.</param>
    /// <param name="near">The nearest file; null where none is near.</param>
    public static string FileHint(string path, string? near) => Hint(near, $"looked for {Path.GetFullPath(path)}");

    /// <summary>What to say after an unknown name: the nearest valid one, and how to find the others.</summary>
    /// <param name="written">What was written.</param>
    /// <param name="valid">The valid names.</param>
    /// <param name="others">How to find the others, such as <c>expected one of a, b</c>; may be empty.</param>
    public static string Hint(string written, IEnumerable<string> valid, string others = "") =>
        Hint(Of(written, valid), others);

    static string Hint(string? near, string others) => (near, others) switch
    {
        (null, "") => "",
        (null, _) => $"; {others}",
        (_, "") => $"; did you mean '{near}'?",
        _ => $"; did you mean '{near}'? ({others})",
    };

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

    // The words are those between hyphens; all of them are the name itself.
    static IEnumerable<string> Beginnings(string name) =>
        Enumerable.Range(0, name.Length).Where(i => name[i] == '-').Select(i => name[..i]);

    static bool Begins(string name, string start) => name.StartsWith(start, StringComparison.Ordinal);

    static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
