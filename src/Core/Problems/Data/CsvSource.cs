using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Problems.Data;

/// <summary>CSV files, plain or gzip; a header is recognized by itself.</summary>
/// <param name="options">The files.</param>
[DataSource("csv")]
public sealed class CsvSource(CsvSource.Options options) : DataSource
{
    /// <summary>The files.</summary>
    public sealed record Options
    {
        /// <summary>The samples: a name of the data catalogue, or a path.</summary>
        public required string File { get; init; }

        /// <summary>Test samples, if they are a file of their own, with the same columns.</summary>
        public string? TestFile { get; init; }

        /// <summary>The label's column: <c>first</c>, <c>last</c>, or its name in the header.</summary>
        public string Label { get; init; } = CsvReader.Last;
    }

    /// <inheritdoc />
    public override RawData Open(DataContext context)
    {
        var table = CsvReader.Read(context.Locate(options.File), options.Label);
        if (options.TestFile is null)
            return new(table);
        var test = CsvReader.Read(context.Locate(options.TestFile), options.Label);
        return test.Columns == table.Columns ? new(table, test) : throw new InputException(
            $"{test.Source}: has {test.Columns} features, {table.Source} has {table.Columns}");
    }
}
