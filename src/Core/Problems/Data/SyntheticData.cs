using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Data;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Problems.Data;

/// <summary>The options that all synthetic sources share.</summary>
public abstract record SyntheticOptions : ICheckedOptions
{
    /// <summary>The number of samples over all places; or give <see cref="SamplesPerPlace"/>.</summary>
    [Range(0, int.MaxValue)]
    public int Samples { get; init; }

    /// <summary>The number of samples made for each place: sample r belongs to place r / this.</summary>
    [Range(0, int.MaxValue)]
    public int SamplesPerPlace { get; init; }

    /// <summary>Further samples of the law without heterogeneity, as the test part.</summary>
    [Range(0, int.MaxValue)]
    public int TestSamples { get; init; }

    /// <summary>The number of features.</summary>
    [Range(1, 100_000)]
    public required int Dimension { get; init; }

    /// <summary>
    /// Largest over smallest eigenvalue of the features' covariance; they go from 1 to 1/this geometrically.
    /// </summary>
    [Range(1, 1e12)]
    public double Conditioning { get; init; } = 1;

    /// <summary>How far the ground truth of each place lies from the common one: the norm's root mean square.</summary>
    [Range(0, 1e6)]
    public double Heterogeneity { get; init; }

    /// <inheritdoc />
    public IEnumerable<string> Violations()
    {
        if (Samples > 0 == SamplesPerPlace > 0)
            yield return "give either samples or samples-per-place, and at least 1 of them";
        if (Heterogeneity > 0 && SamplesPerPlace == 0)
            yield return "heterogeneity is a difference between places, so it needs samples-per-place";
    }
}

/// <summary>
/// Features and ground truths of synthetic data. Sample r has features a_k = sqrt(lambda_k) z_k with normal z, and
/// lambda_k = conditioning^(-k / (d - 1)). A ground truth has normal coordinates of variance 1/d; that of a place adds
/// a shift, normal with variance heterogeneity^2 / d. Everything about sample r is drawn from its own number, so it is
/// the same however many samples there are.
/// </summary>
internal sealed class SyntheticData
{
    // Draws of Purpose.Data: k says which, the id says whose (a sample, a truth, a place and truth).
    // EvaluationDraw + 0, 1, 2: the samples of each part that metrics are taken over.
    internal const ulong FeatureDraw = 0, LabelDraw = 1, TruthDraw = 2, ShiftDraw = 3, SplitDraw = 4, CentreDraw = 5;
    internal const ulong EvaluationDraw = 6, CorruptionDraw = 10, TemperatureDraw = 11, BilevelDraw = 1 << 20,
        RandomLabelDraw = 13;

    // Numbers of test samples begin here, so that none is a training sample.
    const long FirstTest = 1L << 40;

    readonly SyntheticOptions _options;
    readonly ulong _seed;
    readonly double[] _spread;
    readonly double[][] _truths;

    /// <param name="options">Sizes.</param>
    /// <param name="seed">The data seed.</param>
    /// <param name="truths">The number of ground truths: 1, or one per class.</param>
    public SyntheticData(SyntheticOptions options, ulong seed, int truths)
    {
        (_options, _seed) = (options, seed);
        _spread = Array.ConvertAll(Spectrum(options.Dimension, options.Conditioning), Math.Sqrt);
        var unit = 1 / Math.Sqrt(options.Dimension);
        _truths = new double[truths][];
        for (var t = 0; t < truths; t++)
        {
            _truths[t] = new double[options.Dimension];
            AddNormals(new(seed, Purpose.Data, (ulong)t, TruthDraw), unit, _truths[t]);
        }
    }

    /// <summary>Gives the label of a sample: its number, its features, the ground truths at its place.</summary>
    public delegate double Labelling(in Draw draw, ReadOnlySpan<double> features, double[][] truths);

    /// <summary>d numbers from 1 to 1/conditioning, each the same multiple of the one before.</summary>
    public static double[] Spectrum(int dimension, double conditioning)
    {
        var values = new double[dimension];
        for (var k = 0; k < dimension; k++)
            values[k] = dimension == 1 ? 1 : ExactMath.Pow(conditioning, -k / (dimension - 1.0));
        return values;
    }

    /// <summary>Adds independent normal numbers of standard deviation <paramref name="scale"/>.</summary>
    public static void AddNormals(in Draw draw, double scale, Span<double> to)
    {
        for (var k = 0; k < to.Length; k += 2)
        {
            draw.NormalPair(k / 2, out var even, out var odd);
            to[k] += scale * even;
            if (k + 1 < to.Length)
                to[k + 1] += scale * odd;
        }
    }

    /// <summary>Makes all samples.</summary>
    public RawData Make(string name, int places, Labelling label)
    {
        var rows = _options.Samples > 0 ? _options.Samples : (long)_options.SamplesPerPlace * places;
        return new(
            Table(name, rows, 0, _options.SamplesPerPlace, label),
            _options.TestSamples > 0 ? Table(name + " (test)", _options.TestSamples, FirstTest, 0, label) : null)
        {
            SamplesPerPlace = _options.SamplesPerPlace,
            IsHeterogeneous = _options.Heterogeneity > 0,
        };
    }

    SampleTable Table(string name, long rows, long first, int perPlace, Labelling label)
    {
        var d = _options.Dimension;
        var values = MachineMemory.Numbers(rows, d, $"{name}: samples x features");
        var labels = new double[rows];
#pragma warning disable RS0030 // rows are independent: threads and their order cannot matter
        Parallel.For(0, (int)((rows + PairwiseSum.Block - 1) / PairwiseSum.Block), block =>
        {
            var end = (int)Math.Min(rows, (block + 1L) * PairwiseSum.Block);
            var (truths, home) = (_truths, -1);
            for (var row = block * PairwiseSum.Block; row < end; row++)
            {
                var place = perPlace > 0 && _options.Heterogeneity > 0 ? row / perPlace : -1;
                if (place != home)
                    (truths, home) = (TruthsAt(place), place);
                labels[row] = MakeRow(first + row, values.AsSpan(row * d, d), truths, label);
            }
        });
#pragma warning restore RS0030
        return new(name, FeatureMatrix.Dense((int)rows, d, values), labels);
    }

    double MakeRow(long number, Span<double> features, double[][] truths, Labelling label)
    {
        AddNormals(new(_seed, Purpose.Data, (ulong)number, FeatureDraw), 1, features);
        for (var k = 0; k < features.Length; k++)
            features[k] *= _spread[k];
        return label(new(_seed, Purpose.Data, (ulong)number, LabelDraw), features, truths);
    }

    double[][] TruthsAt(int place)
    {
        var truths = new double[_truths.Length][];
        var scale = _options.Heterogeneity / Math.Sqrt(_options.Dimension);
        for (var t = 0; t < truths.Length; t++)
        {
            truths[t] = (double[])_truths[t].Clone();
            AddNormals(new(_seed, Purpose.Data, ((ulong)t << 32) | (uint)place, ShiftDraw), scale, truths[t]);
        }
        return truths;
    }
}
