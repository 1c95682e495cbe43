using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Problems.Data;

/// <summary>Normal features a; the label is a.w of the ground truth w plus normal noise.</summary>
/// <param name="options">Sizes and law.</param>
[DataSource("synthetic-regression")]
public sealed class SyntheticRegression(SyntheticRegression.Options options) : DataSource
{
    /// <summary>Sizes and law.</summary>
    public sealed record Options : SyntheticOptions
    {
        /// <summary>The standard deviation of the labels' noise.</summary>
        [Range(0, 1e6)]
        public double Noise { get; init; }
    }

    /// <inheritdoc />
    public override RawData Open(DataContext context) =>
        new SyntheticData(options, context.Seed, 1).Make("synthetic-regression", context.Places, Label);

    double Label(in Draw draw, ReadOnlySpan<double> features, double[][] truths) =>
        RowMath.Dot(features, truths[0]) + (options.Noise > 0 ? options.Noise * draw.Normal() : 0);
}
