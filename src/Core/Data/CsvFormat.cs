namespace AsyncOpt.Core.Data;

/// <summary>Whether the first row of a CSV file names the columns.</summary>
public enum CsvHeader
{
    /// <summary>As the file shows; where it does not show, it is refused.</summary>
    Auto,

    /// <summary>It does.</summary>
    True,

    /// <summary>It is a sample.</summary>
    False,
}

/// <summary>How a CSV file is to be read.</summary>
public sealed record CsvFormat
{
    /// <summary>The label stands in the first column.</summary>
    public const string First = "first";

    /// <summary>The label stands in the last column.</summary>
    public const string Last = "last";

    /// <summary>There is no label.</summary>
    public const string None = "none";

    /// <summary>
    /// The label's column: <c>first</c>, <c>last</c>, <c>none</c>, its name in the header, or its number from 1.
    /// </summary>
    public string Label { get; init; } = Last;

    /// <summary>Whether there is a header.</summary>
    public CsvHeader Header { get; init; }

    /// <summary>A column of groups, which is no feature: its name, or its number from 1; null for none.</summary>
    public string? Groups { get; init; }

    /// <summary>Columns that are left out: each its name, or its number from 1.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>
    /// A table with the same columns, in whose order the features are wanted: matched by name where both have a header.
    /// </summary>
    public SampleTable? Like { get; init; }
}
