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
        [Range(1, LibSvmReader.DimensionMax)]
        public int? Dimension { get; init; }

        /// <summary>The index of the first feature: 1, or 0 as some programs write it.</summary>
        [Range(0, 1)]
        public int FirstIndex { get; init; } = 1;

        /// <summary>
        /// Whether queries, <c>qid:7</c> behind the label, are left out; otherwise a file that has them is refused,
        /// unless samples are dealt out by them.
        /// </summary>
        public bool SkipQid { get; init; }
    }

    /// <inheritdoc />
    public override RawData Open(DataContext context)
    {
        if (context.GroupColumn is { } column and not "qid")
            throw new InputException($"{options.File}: a LIBSVM file has no column '{column}'; its queries are 'qid'");
        var path = context.Locate(options.File);
        var testFormat = new LibSvmFormat
        {
            Dimension = options.Dimension,
            FirstIndex = options.FirstIndex,
            Queries = options.SkipQid || context.GroupColumn is not null ? QueryIds.Skip : QueryIds.Refuse,
        };
        var format = context.GroupColumn is null ? testFormat : testFormat with { Queries = QueryIds.Group };
        var table = LibSvmReader.Read(path, format);
        if (options.TestFile is null)
            return new(table);
        var testPath = context.Locate(options.TestFile);
        var test = LibSvmReader.Read(testPath, testFormat);
        // The highest index differs easily between parts (a9a: 123 and 122); the narrower one gets columns of zeros.
        if (test.Columns < table.Columns)
            test = LibSvmReader.Read(testPath, testFormat with { Dimension = table.Columns });
        else if (table.Columns < test.Columns)
            table = LibSvmReader.Read(path, format with { Dimension = test.Columns });
        return new(table, test);
    }
}
