using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Problems.Data;

/// <summary>
/// Normal features; the class is that of the largest score a.w_c over ground truths w_c (two classes: the sign of a.w),
/// and with probability <c>noise</c> another one, uniform.
/// </summary>
/// <param name="options">Sizes and law.</param>
[DataSource("synthetic-classification")]
public sealed class SyntheticClassification(SyntheticClassification.Options options) : DataSource
{
    /// <summary>Sizes and law.</summary>
    public sealed record Options : SyntheticOptions
    {
        /// <summary>The number of classes; labels are 0 to this - 1.</summary>
        [Range(2, 1000)]
        public int Classes { get; init; } = 2;

        /// <summary>The probability that a label is wrong.</summary>
        [Range(0, 1)]
        public double Noise { get; init; }
    }

    /// <inheritdoc />
    public override RawData Open(DataContext context)
    {
        var data = new SyntheticData(options, context.Seed, options.Classes == 2 ? 1 : options.Classes);
        return data.Make("synthetic-classification", context.Places, Label);
    }

    double Label(in Draw draw, ReadOnlySpan<double> features, double[][] truths)
    {
        var label = options.Classes == 2 ? (RowMath.Dot(features, truths[0]) > 0 ? 1 : 0) : Best(features, truths);
        if (options.Noise > 0 && draw.Uniform(0) < options.Noise)
            label = (label + 1 + draw.Below(options.Classes - 1, 2)) % options.Classes;    // words 0 and 1 are used
        return label;
    }

    static int Best(ReadOnlySpan<double> features, double[][] truths)
    {
        var (best, bestScore) = (0, double.NegativeInfinity);
        for (var c = 0; c < truths.Length; c++)
        {
            var score = RowMath.Dot(features, truths[c]);
            if (score > bestScore)
                (best, bestScore) = (c, score);
        }
        return best;
    }
}
