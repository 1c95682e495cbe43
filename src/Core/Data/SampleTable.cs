namespace AsyncOpt.Core.Data;

/// <summary>A data set in memory: features (rows x columns) and a raw label a row. Immutable, shared by all.</summary>
public sealed class SampleTable
{
    /// <summary>Makes a data set.</summary>
    /// <param name="source">Where it comes from, for messages: a file's path, or the name of a generator.</param>
    /// <param name="features">The features.</param>
    /// <param name="labels">A finite number per row, or empty when there are none; kept, not copied.</param>
    /// <param name="labelNames">
    /// The label texts that the numbers in <paramref name="labels"/> point into (0 for the first), when the labels were
    /// texts; otherwise null.
    /// </param>
    /// <param name="columnNames">The names of the features, or null.</param>
    public SampleTable(string source, FeatureMatrix features, double[] labels, string[]? labelNames = null,
        string[]? columnNames = null)
    {
        if (labels.Length != 0 && labels.Length != features.Rows)
            throw new ArgumentException($"{labels.Length} labels for {features.Rows} rows", nameof(labels));
        (Source, Features, Labels, LabelNames, ColumnNames) = (source, features, labels, labelNames, columnNames);
    }

    /// <summary>Where it comes from: a file's path, or the name of a generator.</summary>
    public string Source { get; }

    /// <summary>The features (rows x columns).</summary>
    public FeatureMatrix Features { get; }

    /// <summary>The labels as the file has them, one a row; empty when there are none.</summary>
    public double[] Labels { get; }

    /// <summary>When the labels are texts: these in ordinal order, into which <see cref="Labels"/> points.</summary>
    public string[]? LabelNames { get; }

    /// <summary>The names of the features, where the file has them.</summary>
    public string[]? ColumnNames { get; }

    /// <summary>The name of the label's column, where the file has it.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>The name of the column of groups, where the file has it.</summary>
    public string? GroupColumn { get; init; }

    /// <summary>The names of columns of the file that are in no use here; empty where columns have none.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>The group of each row, such as the client whose sample it is; null where none were asked for.</summary>
    public string[]? Groups { get; init; }

    /// <summary>
    /// How the file was read: header, separator, label, features; null where nothing had to be found out.
    /// </summary>
    public string? Format { get; init; }

    /// <summary>What is dubious in how the file was read, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Number of samples.</summary>
    public int Rows => Features.Rows;

    /// <summary>Number of features.</summary>
    public int Columns => Features.Columns;

    /// <summary>Whether there is a label per row.</summary>
    public bool HasLabels => Labels.Length == Rows && Rows > 0;

    /// <summary>The label of a row as the file has it.</summary>
    /// <param name="row">The row, 0 to rows - 1.</param>
    public string LabelText(int row) =>
        LabelNames is null ? LabelSet.Text(Labels[row]) : LabelNames[(int)Labels[row]];
}
