using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Data;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Problems.Data;

/// <summary>
/// A mixture of mixtures: each class consists of several Gaussian clusters whose centres are random points of the unit
/// sphere, so that no linear model separates the classes. Cluster j belongs to class j / clusters-per-class; sample r
/// to cluster r mod (number of clusters), so that all are equally large. Features are the centre plus normal noise.
/// </summary>
/// <remarks>
/// The original has 4 classes of 8 clusters, dimension 512, noise 0.5 and 128,000 samples, and evaluates on samples
/// of the training set. The defaults are a reduced form: dimension 64 and 16,000 samples.
/// </remarks>
/// <param name="options">Sizes and noise.</param>
[DataSource("mixture", Source = "the toy task of Liu et al., arXiv 2401.09135, published notebook")]
public sealed class MixtureSource(MixtureSource.Options options) : DataSource
{
    // Numbers of test samples begin here, so that none is a training sample.
    const long FirstTest = 1L << 40;

    /// <summary>Sizes and noise.</summary>
    public sealed record Options
    {
        /// <summary>The number of samples.</summary>
        [Range(1, int.MaxValue)]
        public int Samples { get; init; } = 16_000;

        /// <summary>Further samples of the same mixture, as the test part.</summary>
        [Range(0, int.MaxValue)]
        public int TestSamples { get; init; }

        /// <summary>The number of features.</summary>
        [Range(1, 100_000)]
        public int Dimension { get; init; } = 64;

        /// <summary>The number of classes; labels are 0 to this - 1.</summary>
        [Range(2, 1000)]
        public int Classes { get; init; } = 4;

        /// <summary>The number of clusters of each class.</summary>
        [Range(1, 10_000)]
        public int ClustersPerClass { get; init; } = 8;

        /// <summary>The standard deviation of each feature around the cluster's centre.</summary>
        [Range(0, 1e6)]
        public double Noise { get; init; } = 0.5;
    }

    /// <inheritdoc />
    public override RawData Open(DataContext context)
    {
        var centres = Centres(context.Seed);
        return new(
            Table("mixture", options.Samples, 0, context.Seed, centres),
            options.TestSamples == 0
                ? null
                : Table("mixture (test)", options.TestSamples, FirstTest, context.Seed, centres));
    }

    double[][] Centres(ulong seed)
    {
        var centres = new double[options.Classes * options.ClustersPerClass][];
        for (var j = 0; j < centres.Length; j++)
        {
            var centre = centres[j] = new double[options.Dimension];
            SyntheticData.AddNormals(new(seed, Purpose.Data, (ulong)j, SyntheticData.CentreDraw), 1, centre);
            var norm = Math.Sqrt(RowMath.SquaredNorm(centre));
            for (var k = 0; k < centre.Length; k++)
                centre[k] /= norm;
        }
        return centres;
    }

    SampleTable Table(string name, int rows, long first, ulong seed, double[][] centres)
    {
        var d = options.Dimension;
        var (values, labels) = (MachineMemory.Numbers(rows, d, $"{name}: samples x features"), new double[rows]);
#pragma warning disable RS0030 // rows are independent: threads and their order cannot matter
        Parallel.For(0, (rows + PairwiseSum.Block - 1) / PairwiseSum.Block, block =>
        {
            for (var row = block * PairwiseSum.Block; row < Math.Min(rows, (block + 1) * PairwiseSum.Block); row++)
            {
                var cluster = row % centres.Length;
                var features = values.AsSpan(row * d, d);
                centres[cluster].CopyTo(features);
                Draw draw = new(seed, Purpose.Data, (ulong)(first + row), SyntheticData.FeatureDraw);
                SyntheticData.AddNormals(draw, options.Noise, features);
                labels[row] = cluster / options.ClustersPerClass;
            }
        });
#pragma warning restore RS0030
        return new(name, FeatureMatrix.Dense(rows, d, values), labels);
    }
}
