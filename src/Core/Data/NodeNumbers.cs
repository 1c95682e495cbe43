using System.Numerics;

namespace AsyncOpt.Core.Data;

/// <summary>How the nodes of a file are numbered.</summary>
static class NodeNumbers
{
    /// <summary>Whether a label is a whole number, of any size that a label may have.</summary>
    public static bool IsWhole(string label) =>
        label.Length <= 40 && label.AsSpan().TrimStart('-') is { Length: > 0 } digits
        && !digits.ContainsAnyExceptInRange('0', '9') && BigInteger.TryParse(label, out _);

    /// <summary>
    /// The number of each label: its rank as a whole number where all are (010 comes after 10), else its place.
    /// </summary>
    public static int[] Of(IReadOnlyList<string> labels)
    {
        var number = new int[labels.Count];
        var order = new int[labels.Count];
        for (int i = 0; i < order.Length; i++)
            number[i] = order[i] = i;
        if (!labels.All(IsWhole))
            return number;
        var values = labels.Select(label => BigInteger.Parse(label)).ToArray();
        Array.Sort(order, (a, b) => values[a].CompareTo(values[b]) is var c and not 0 ? c : a.CompareTo(b));
        for (int rank = 0; rank < order.Length; rank++)
            number[order[rank]] = rank;
        return number;
    }
}
