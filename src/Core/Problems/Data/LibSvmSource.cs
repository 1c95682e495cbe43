using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Problems.Data;

/// <summary>LIBSVM text files, plain or gzip.</summary>
/// <param name="options">The files.</param>
[DataSource("libsvm")]
public sealed class LibSvmSource(LibSvmSource.Options options) : DataSource
{
    /// <summary>The files.</summary>
    public sealed record Options
    {
        /// <summary>The samples: a name of the data catalogue, or a path.</summary>
        public required string File { get; init; }

        /// <summary>Test samples, if they are a file of their own.</summary>
        public string? TestFile { get; init; }

        /// <summary>The number of features; by default the highest index in the files.</summary>
        [Range(1, 100_000_000)]
        public int? Dimension { get; init; }
    }

    /// <inheritdoc />
    public override RawData Open(DataContext context)
    {
        var path = context.Locate(options.File);
        var table = LibSvmReader.Read(path, options.Dimension);
        if (options.TestFile is null)
            return new(table);
        var testPath = context.Locate(options.TestFile);
        var test = LibSvmReader.Read(testPath, options.Dimension);
        // The highest index differs easily between parts (a9a: 123 and 122); the narrower one gets columns of zeros.
        if (test.Columns < table.Columns)
            test = LibSvmReader.Read(testPath, table.Columns);
        else if (table.Columns < test.Columns)
            table = LibSvmReader.Read(path, test.Columns);
        return new(table, test);
    }
}
