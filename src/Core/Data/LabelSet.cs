using System.Globalization;

namespace AsyncOpt.Core.Data;

/// <summary>
/// Maps the raw labels of a data set to classes: 0..K-1 in ascending order (numbers by value, texts ordinally), or -1
/// and +1 for two classes (the lower is -1). Files label in many ways ({-1,+1}, {0,1}, {1,2}, texts); the mapping is
/// kept so that a report can say which class was which.
/// </summary>
public sealed class LabelSet
{
    readonly string[] _names;

    LabelSet(string[] names) => _names = names;

    /// <summary>The raw labels, as texts, in the order of their classes.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Number of classes K.</summary>
    public int Count => _names.Length;

    /// <summary>Whether there are exactly two classes.</summary>
    public bool IsBinary => Count == 2;

    /// <summary>The classes of a data set's labels.</summary>
    /// <param name="table">A data set with labels, usually the training part.</param>
    /// <exception cref="InputException">It has no labels.</exception>
    public static LabelSet Of(SampleTable table)
    {
        if (!table.HasLabels)
            throw new InputException($"{table.Source}: has no labels, and classes are needed");
        return Of(table.Labels, table.LabelNames);
    }

    /// <summary>The classes of numeric labels.</summary>
    /// <param name="labels">Raw labels, finite.</param>
    public static LabelSet Of(ReadOnlySpan<double> labels) => Of(labels, null);

    /// <summary>The classes of text labels.</summary>
    /// <param name="labels">Raw labels.</param>
    public static LabelSet Of(IEnumerable<string> labels) =>
        new([.. new SortedSet<string>(labels, StringComparer.Ordinal)]);

    static LabelSet Of(ReadOnlySpan<double> labels, string[]? names)
    {
        var distinct = new SortedSet<double>();
        foreach (double label in labels)
            distinct.Add(label == 0 ? 0 : label);       // -0 and +0 are one label
        return new([.. distinct.Select(v => names is null ? Text(v) : names[(int)v])]);
    }

    /// <summary>The class of a raw label, 0 to K - 1, or -1 when it is none of them.</summary>
    /// <param name="label">The label as a text; numbers as <see cref="Text"/> writes them.</param>
    public int IndexOf(string label) => Array.IndexOf(_names, label);

    /// <summary>The classes of all rows, 0 to K - 1.</summary>
    /// <param name="table">The data set these classes were made from, or another part of it (validation, test).</param>
    /// <exception cref="InputException">A row has a label that is not among the classes.</exception>
    public int[] Classes(SampleTable table)
    {
        var known = new Dictionary<double, int>();
        int[] classes = new int[table.Labels.Length];
        for (int row = 0; row < classes.Length; row++)
        {
            if (!known.TryGetValue(table.Labels[row], out int index))
                known[table.Labels[row]] = index = Find(table, row);
            classes[row] = index;
        }
        return classes;
    }

    /// <summary>-1 or +1 for all rows.</summary>
    /// <param name="table">The data set these classes were made from, or another part of it.</param>
    /// <exception cref="InputException">There are not exactly two classes, or a row has another label.</exception>
    public double[] Signs(SampleTable table)
    {
        if (!IsBinary)
        {
            var remedy = Count == 1 ? "is the label another column?"
                : table.LabelNames is null && Array.Exists(table.Labels, l => l != Math.Floor(l))
                    ? "least-squares takes numbers as labels"
                    : "softmax-regression takes more";
            throw new InputException(
                $"{table.Source}: two classes are needed, {(Count == 1 ? "all labels are" : "the labels are")} "
                + $"{Listed()}; {remedy}");
        }
        return Array.ConvertAll(Classes(table), static c => c == 0 ? -1.0 : 1.0);
    }

    /// <summary>Refuses labels that are measured numbers: fractions, of which each comes about once.</summary>
    /// <param name="table">The data set these classes were made from.</param>
    /// <exception cref="InputException">They are.</exception>
    public void RequireClasses(SampleTable table)
    {
        if (table.LabelNames is null && 2 * Count > table.Rows && Count > 2
            && Array.Exists(table.Labels, label => label != Math.Floor(label)))
        {
            throw new InputException($"{table.Source}: {table.Rows} samples have {Count} different labels "
                + $"({Listed()}), as numbers have that are measured, and classes do not; is the label another column? "
                + "least-squares takes numbers as labels");
        }
    }

    /// <summary>The mapping for a report, such as <c>1 -> -1, 2 -> +1</c>; 0..K-1 when there are not two.</summary>
    public string Describe() => IsBinary
        ? $"{_names[0]} -> -1, {_names[1]} -> +1"
        : string.Join(", ", _names.Select((name, index) => $"{name} -> {index}"));

    /// <summary>The classes and their samples for a report: <c>cat (12), dog (30)</c>.</summary>
    /// <param name="table">The data set these classes were made from.</param>
    /// <param name="rows">The rows that count.</param>
    public string Counts(SampleTable table, ReadOnlySpan<int> rows)
    {
        int[] classes = Classes(table), counts = new int[Count];
        foreach (int row in rows)
            counts[classes[row]]++;
        return string.Join(", ", _names.Take(20).Select((name, index) => $"{name} ({counts[index]})"))
            + (Count > 20 ? $", ... ({Count} classes)" : "");
    }

    /// <summary>A numeric label as a text: the shortest that reads back the same.</summary>
    /// <param name="label">The label.</param>
    public static string Text(double label) => (label == 0 ? 0 : label).ToString("R", CultureInfo.InvariantCulture);

    int Find(SampleTable table, int row)
    {
        int index = IndexOf(table.LabelText(row));
        return index >= 0 ? index : throw new InputException(
            $"{table.Source}: row {row + 1} has label '{table.LabelText(row)}', "
            + $"which is none of the training labels: {Listed()}");
    }

    string Listed() => string.Join(", ", _names.Take(20)) + (Count > 20 ? $", ... ({Count} in all)" : "");
}
