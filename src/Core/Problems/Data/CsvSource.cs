using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Problems.Data;

/// <summary>
/// CSV files, plain or gzip, in UTF-8; how they were read is said: header, separator, label, features. A test file's
/// columns are matched by their names.
/// </summary>
/// <param name="options">The files.</param>
[DataSource("csv")]
public sealed class CsvSource(CsvSource.Options options) : DataSource
{
    /// <summary>The files.</summary>
    public sealed record Options
    {
        /// <summary>The samples: a name of the data catalogue, or a path.</summary>
        public required string File { get; init; }

        /// <summary>Test samples, if they are a file of their own, with the same columns in any order.</summary>
        public string? TestFile { get; init; }

        /// <summary>
        /// The label's column: <c>first</c>, <c>last</c>, its name in the header, or its number from 1.
        /// </summary>
        public string Label { get; init; } = CsvFormat.Last;

        /// <summary>
        /// Columns that are no features, each its name in the header, or its number from 1. One without a name that
        /// has another whole number in each row, as pandas writes it, is left out without being named.
        /// </summary>
        public IReadOnlyList<string> Ignore { get; init; } = [];

        /// <summary>
        /// Whether the first row names the columns: <c>true</c>, <c>false</c>, or <c>auto</c>, which refuses a file
        /// that does not show it.
        /// </summary>
        public CsvHeader Header { get; init; }
    }

    /// <inheritdoc />
    public override RawData Open(DataContext context)
    {
        var format = new CsvFormat
        {
            Label = options.Label, Header = options.Header, Groups = context.GroupColumn, Ignore = options.Ignore,
        };
        var table = CsvReader.Read(context.Locate(options.File), format);
        if (options.TestFile is null)
            return new(table);
        // The groups are those of the training samples; a test file need not have them.
        var test = CsvReader.Read(context.Locate(options.TestFile), format with
        {
            Like = table,
            Groups = table.ColumnNames is null ? context.GroupColumn : null,
        });
        return test.Columns == table.Columns ? new(table, test) : throw new InputException(
            $"{test.Source}: has {test.Columns} features, {table.Source} has {table.Columns}");
    }
}
