using System.IO.Compression;
using System.Numerics;

namespace AsyncOpt.Core.Topologies;

/// <summary>
/// The graph of a file: one edge a line, as two labels. Self loops and repeated edges are dropped and counted.
/// Nodes are numbered by label where all labels are whole numbers, else in the order in which labels first appear.
/// </summary>
[Topology("edge-list", Source = "a file, plain or gzip")]
public sealed class EdgeListTopology(EdgeListTopology.Options options) : TopologyGenerator
{
    /// <summary>The edge list's options.</summary>
    public sealed record Options
    {
        /// <summary>
        /// The file: lines of two labels, separated by white space or commas; blank lines and lines that start with
        /// # or % are skipped. It may be compressed by gzip, whatever its name.
        /// </summary>
        public required string File { get; init; }

        /// <summary>Whether 'a b' means an edge from a to b only.</summary>
        public bool Directed { get; init; }

        /// <summary>Whether to keep only the largest component, edges taken both ways.</summary>
        public bool LargestComponent { get; init; }
    }

    /// <inheritdoc/>
    public override Topology Build(GraphContext context)
    {
        var (labels, pairs) = Read(context.Locate(options.File), options.File);
        var number = Numbering(labels);
        var edges = new TopologyBuilder(labels.Count, symmetric: !options.Directed, pairs.Count / 2);
        for (int i = 0; i < pairs.Count; i += 2)
            edges.Add(number[pairs[i]], number[pairs[i + 1]]);
        var rows = edges.Rows();
        var byNumber = new string[labels.Count];
        for (int i = 0; i < labels.Count; i++)
            byNumber[number[i]] = labels[i];
        var whole = new Topology("edge-list", rows)
        {
            Labels = byNumber,
            Notes = Notes(edges.SelfLoops, edges.Duplicates),
        };
        return options.LargestComponent ? Connectivity.LargestComponent(whole) : whole;
    }

    static List<string> Notes(long selfLoops, long duplicates)
    {
        var notes = new List<string>();
        if (selfLoops > 0)
            notes.Add($"dropped {selfLoops} self loops");
        if (duplicates > 0)
            notes.Add($"dropped {duplicates} repeated edges");
        return notes;
    }

    // The number of each label: its rank as a whole number where all are (010 comes after 10), else its first place.
    static int[] Numbering(List<string> labels)
    {
        var number = new int[labels.Count];
        var order = new int[labels.Count];
        for (int i = 0; i < order.Length; i++)
            number[i] = order[i] = i;
        var values = new BigInteger[labels.Count];
        for (int i = 0; i < values.Length; i++)
            if (!IsWholeNumber(labels[i]) || !BigInteger.TryParse(labels[i], out values[i]))
                return number;
        Array.Sort(order, (a, b) =>
            values[a].CompareTo(values[b]) is var c and not 0 ? c : a.CompareTo(b));
        for (int rank = 0; rank < order.Length; rank++)
            number[order[rank]] = rank;
        return number;
    }

    static bool IsWholeNumber(string label) =>
        label.Length <= 40 && label.TrimStart('-') is { Length: > 0 } digits && digits.All(char.IsAsciiDigit);

    // TO BE MERGED with the edge-list reader of Core/Data. The labels in order of appearance; the ends of the edges.
    static (List<string> Labels, List<int> Pairs) Read(string path, string name)
    {
        var labels = new List<string>();
        var pairs = new List<int>();
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var bySpan = numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        int line = 0;
        try
        {
            using var file = File.OpenRead(path);
            using var reader = new StreamReader(Decompressed(file));
            while (reader.ReadLine() is { } text)
            {
                line++;
                var rest = text.AsSpan().Trim();
                if (rest.IsEmpty || rest[0] is '#' or '%')
                    continue;
                var first = NextLabel(ref rest);
                var second = NextLabel(ref rest);
                if (second.IsEmpty || !NextLabel(ref rest).IsEmpty)
                    throw new InputException(
                        $"{name}, line {line}: expected two labels, separated by white space or a comma, got '{text}'");
                pairs.Add(Number(first));
                pairs.Add(Number(second));
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new InputException($"{name}, after line {line}: cannot be read: {e.Message}", e);
        }
        if (labels.Count == 0)
            throw new InputException($"{name}: expected lines of two labels, got no edge at all");
        return (labels, pairs);

        int Number(ReadOnlySpan<char> label)
        {
            if (bySpan.TryGetValue(label, out int known))
                return known;
            labels.Add(label.ToString());
            return numbers[labels[^1]] = labels.Count - 1;
        }
    }

    static Stream Decompressed(FileStream file)
    {
        bool gzip = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return gzip ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    // The next label of a line, empty at its end; the line is left with what follows.
    static ReadOnlySpan<char> NextLabel(ref ReadOnlySpan<char> line)
    {
        int start = 0;
        while (start < line.Length && IsSeparator(line[start]))
            start++;
        int end = start;
        while (end < line.Length && !IsSeparator(line[end]))
            end++;
        var label = line[start..end];
        line = line[end..];
        return label;
    }

    static bool IsSeparator(char c) => c == ',' || char.IsWhiteSpace(c);
}
