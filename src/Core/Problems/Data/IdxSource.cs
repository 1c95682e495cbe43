using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Problems.Data;

/// <summary>
/// IDX images and labels (MNIST and its kin), plain or gzip; pixel byte b becomes b / 255 times the scale.
/// </summary>
/// <param name="options">The files.</param>
[DataSource("idx")]
public sealed class IdxSource(IdxSource.Options options) : DataSource
{
    /// <summary>The files.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>The images: a name of the data catalogue, or a path.</summary>
        public required string Images { get; init; }

        /// <summary>Their labels.</summary>
        public required string Labels { get; init; }

        /// <summary>Further files with the images that follow, where the labels are those of several.</summary>
        public IReadOnlyList<string> MoreImages { get; init; } = [];

        /// <summary>Test images, if they are a file of their own.</summary>
        public string? TestImages { get; init; }

        /// <summary>Their labels.</summary>
        public string? TestLabels { get; init; }

        /// <summary>What the byte 255 becomes; 255 keeps the bytes as they are.</summary>
        [Range(1e-6, 1e6)]
        public double Scale { get; init; } = 1;

        /// <summary>Takes only this many of the first images; 0 for all.</summary>
        [Range(0, int.MaxValue)]
        public int Limit { get; init; }

        /// <inheritdoc />
        public IEnumerable<string> Violations()
        {
            if (TestImages is null != TestLabels is null)
                yield return "test-images and test-labels belong together: give both or neither";
        }
    }

    /// <inheritdoc />
    public override RawData Open(DataContext context)
    {
        var table = Read(context, [options.Images, .. options.MoreImages], options.Labels, options.Limit);
        if (options.TestImages is null)
            return new(table);
        var test = Read(context, [options.TestImages], options.TestLabels!, 0);
        return test.Columns == table.Columns ? new(table, test) : throw new InputException(
            $"{test.Source}: the test images have {test.Columns} pixels, those of {table.Source} {table.Columns}");
    }

    SampleTable Read(DataContext context, string[] images, string labels, int limit)
    {
        var table = IdxReader.Read(Array.ConvertAll(images, path => context.Locate(path)), context.Locate(labels));
        if (limit > 0 && limit < table.Rows)
            table = new(table.Source, RowMath.Head(table.Features, limit), table.Labels[..limit]);
        return options.Scale == 1
            ? table
            : new(table.Source, RowMath.Scaled(table.Features, options.Scale), table.Labels);
    }
}
