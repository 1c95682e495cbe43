namespace AsyncOpt.Core.Data;

/// <summary>A graph as an edge list has it, nothing added or dropped.</summary>
public sealed class EdgeList
{
    /// <summary>Where it comes from.</summary>
    public required string Source { get; init; }

    /// <summary>The nodes' labels, in order of first appearance: node i is the i-th.</summary>
    public required string[] Labels { get; init; }

    /// <summary>The edges in file order, as node numbers from 0.</summary>
    public required (int From, int To)[] Edges { get; init; }

    /// <summary>The edges' weights, when they were allowed (1 where a line has none); otherwise null.</summary>
    public double[]? Weights { get; init; }

    /// <summary>Edges from a node to itself.</summary>
    public required int SelfLoops { get; init; }

    /// <summary>Edges that repeat an earlier one in the same direction.</summary>
    public required int Duplicates { get; init; }

    /// <summary>Edges whose reverse stands earlier, and which are no duplicates themselves; no self loops.</summary>
    public required int Reversed { get; init; }

    /// <summary>Number of nodes.</summary>
    public int Nodes => Labels.Length;
}

/// <summary>
/// Reads edge lists, plain or gzip: two node labels a line, between blanks or a comma; lines that start with <c>#</c>
/// or <c>%</c> are comments. Labels are any texts without blanks or commas.
/// </summary>
public static class EdgeListReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="allowWeights">Whether a line may have a third entry, a finite number.</param>
    /// <exception cref="InputException">The file is missing, has no edges, or a line is not two labels.</exception>
    public static EdgeList Read(string path, bool allowWeights = false)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var labels = new List<string>();
        var edges = new List<(int From, int To)>();
        List<double>? weights = allowWeights ? [] : null;
        var lookup = numbers.GetAlternateLookup<ReadOnlySpan<char>>();

        int Number(ReadOnlySpan<char> label)
        {
            if (lookup.TryGetValue(label, out int number))
                return number;
            number = labels.Count;
            labels.Add(label.ToString());
            numbers.Add(labels[number], number);
            return number;
        }

        DataFile.Lines(path, "#%", (line, text) =>
        {
            Span<Range> parts = stackalloc Range[4];
            int count = Split(text, parts);
            bool weighted = allowWeights && count == 3;
            if (count != 2 && !weighted)
                throw NotTwoLabels(path, line, text, allowWeights);
            edges.Add((Number(text[parts[0]]), Number(text[parts[1]])));
            double weight = 1;
            if (weighted && !Numbers.TryParse(text[parts[2]], out weight))
                throw DataFile.Error(path, line, 3, $"expected a finite weight, got {DataFile.Quote(text[parts[2]])}");
            weights?.Add(weight);
        });
        if (edges.Count == 0)
            throw new InputException($"{path}: has no edges");
        (int loops, int duplicates, int reversed) = Count(edges);
        return new()
        {
            Source = path,
            Labels = [.. labels],
            Edges = [.. edges],
            Weights = weights?.ToArray(),
            SelfLoops = loops,
            Duplicates = duplicates,
            Reversed = reversed,
        };
    }

    /// <summary>Splits at blanks, or at commas where there is one; -1 when a label is empty or has a blank.</summary>
    internal static int Split(ReadOnlySpan<char> text, Span<Range> parts)
    {
        bool commas = text.Contains(',');
        int count = 0, start = 0;
        while (start <= text.Length)
        {
            ReadOnlySpan<char> rest = text[start..];
            int length = commas ? rest.IndexOf(',') : rest.IndexOfAny(' ', '\t');
            length = length < 0 ? rest.Length : length;
            ReadOnlySpan<char> part = rest[..length];
            int left = part.Length - part.TrimStart().Length;
            part = part.Trim();
            if (commas && (part.Length == 0 || part.ContainsAny(' ', '\t')))
                return -1;
            if (part.Length > 0)
            {
                if (count == parts.Length)
                    return count;
                parts[count++] = (start + left)..(start + left + part.Length);
            }
            start += length + 1;
        }
        return count;
    }

    static InputException NotTwoLabels(string path, long line, ReadOnlySpan<char> text, bool weights) =>
        DataFile.Error(path, line, $"expected two node labels{(weights ? " and perhaps a weight" : "")}, between "
            + $"blanks or a comma, got {DataFile.Quote(text)}");

    static (int Loops, int Duplicates, int Reversed) Count(List<(int From, int To)> edges)
    {
        var seen = new HashSet<(int, int)>(edges.Count);
        int loops = 0, duplicates = 0, reversed = 0;
        foreach ((int from, int to) in edges)
        {
            loops += from == to ? 1 : 0;
            if (!seen.Add((from, to)))
                duplicates++;
            else if (from != to && seen.Contains((to, from)))
                reversed++;
        }
        return (loops, duplicates, reversed);
    }
}
