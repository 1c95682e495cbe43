using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Data;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Problems.Shardings;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Problems.Bilevel;

/// <summary>
/// Learns a weight for each training sample such that logistic models trained with these weights do well on the
/// validation part. x has a coordinate per training sample, which weighs sigma(x_j) = 1 / (1 + exp(-x_j)); block i has
/// a temperature tau_i and the lower problem
/// g_i(x,w) = (1/n) sum_j sigma(x_j) log(1 + exp(-b_j a_j.w / tau_i)) + (lambda/2) |w|^2; its upper objective f_i(w) is
/// the mean of log(1 + exp(-b a.w / tau_i)) over the validation part.
/// </summary>
/// <remarks>
/// Training, validation and test parts have no sample in common, and <c>corruption</c> harms the training part alone.
/// All blocks see all samples. A batch takes as many validation samples as training samples, independent and uniform;
/// one as large as the training part takes the whole validation part. Metrics are taken at the blocks' own w.
/// </remarks>
/// <param name="options">Data, temperatures, lambda.</param>
[Problem("data-reweighting",
    Source = "Hu et al., ICML 2023 (arXiv 2305.18730), section on hyper-parameter optimization: m = 100 temperatures")]
public sealed class DataReweighting(DataReweighting.Options options) : BilevelProblem
{
    const int NewtonSteps = 60;

    DataParts? _parts;
    BatchSampler? _sampler;
    double[] _labels = [], _testLabels = [], _temperatures = [];
    bool[] _isFlipped = [];
    LabelSet? _set;

    /// <summary>Data, temperatures, lambda.</summary>
    public sealed record Options : DataOptions, ICheckedOptions
    {
        /// <summary>The temperatures tau_i, one per worker; drawn by default.</summary>
        public double[]? Temperatures { get; init; }

        /// <summary>The least temperature that is drawn.</summary>
        [Range(1e-6, 1e6)]
        public double TemperatureLow { get; init; } = 1;

        /// <summary>The largest temperature that is drawn.</summary>
        [Range(1e-6, 1e6)]
        public double TemperatureHigh { get; init; } = 11;

        /// <summary>lambda: the lower problem's strong convexity.</summary>
        [Range(1e-12, 1e6)]
        public double Regularization { get; init; } = 1e-5;

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (Temperatures is { } t && (t.Length == 0 || t.Any(tau => !(tau > 0) || !double.IsFinite(tau))))
                yield return "temperatures are finite numbers above 0, at least one";
            if (TemperatureHigh < TemperatureLow)
                yield return "temperature-high must be at least temperature-low";
            if (Split.Validation == 0)
                yield return "the upper objective is the loss on the validation part: give split a validation share";
        }
    }

    /// <summary>Features of the training and the validation part (rows x d_y).</summary>
    public FeatureMatrix Features => Parts.Train.Table.Features;

    /// <summary>-1 or +1 by row of <see cref="Features"/>, flips included.</summary>
    public double[] Labels => _labels;

    /// <summary>The rows of the training samples: sample number j is the row of x_j.</summary>
    public int[] Training => Parts.Train.Rows;

    /// <summary>The rows of the validation samples.</summary>
    public int[] Validation => Parts.Validation!.Rows;

    /// <summary>The temperatures, one per block.</summary>
    public double[] Temperatures => _temperatures;

    /// <summary>lambda.</summary>
    public double Regularization => options.Regularization;

    /// <inheritdoc/>
    public override int Parameters => Training.Length;

    /// <inheritdoc/>
    public override int Lower => Features.Columns;

    /// <inheritdoc/>
    public override int Places => _temperatures.Length;

    /// <inheritdoc/>
    public override BatchSampler? Sampler => _sampler;

    DataParts Parts => _parts ?? throw new InvalidOperationException("the problem is not built");

    /// <inheritdoc/>
    public override string Fingerprint
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var part in (int[][])[Training, Validation])
            {
                foreach (var row in part)
                {
                    var dense = new double[Lower];
                    Features.CopyRow(row, dense);
                    hash.AppendData(MemoryMarshal.AsBytes([_labels[row], .. dense]));
                }
            }
            hash.AppendData(MemoryMarshal.AsBytes(_temperatures.AsSpan()));
            return $"data-reweighting 1; regularization {Regularization:R}; parameters {Parameters}; sha256 of labels, "
                + $"features and temperatures {Convert.ToHexStringLower(hash.GetHashAndReset())}";
        }
    }

    /// <inheritdoc/>
    public override void Build(ProblemContext context)
    {
        var raw = options.Data.Open(new(context.Locate, context.DataSeed, context.Places));
        _parts = options.Prepare(raw, context.DataSeed);
        _set = LabelSet.Of(_parts.Train.Table);
        var clean = _set.Signs(_parts.Train.Table);
        var (rows, labels) = options.Corruption.Apply(_parts.Train, clean, context.DataSeed);
        _parts = _parts with { Train = _parts.Train with { Rows = rows } };
        _labels = labels;
        _isFlipped = Array.ConvertAll(rows, row => labels[row] != clean[row]);
        _testLabels = _parts.Test is not { } test ? []
            : test.Table == _parts.Train.Table ? clean
            : _set.Signs(test.Table);
        _temperatures = options.Temperatures ?? Drawn(context);
        var shards = Shards.Shared([.. Enumerable.Range(0, rows.Length)], Places);
        _sampler = options.Sampling == Sampling.WithReplacement ? new WithReplacement(shards)
            : new WithoutReplacement(shards);
    }

    double[] Drawn(ProblemContext context)
    {
        var temperatures = new double[context.Places];
        for (var i = 0; i < temperatures.Length; i++)
        {
            var uniform = new Draw(context.DataSeed, Purpose.Data, (ulong)i, SyntheticData.TemperatureDraw).Uniform();
            temperatures[i] = options.TemperatureLow + (options.TemperatureHigh - options.TemperatureLow) * uniform;
        }
        return temperatures;
    }

    /// <summary>The row of the i-th validation sample of a batch.</summary>
    /// <param name="noise">Names the batch.</param>
    /// <param name="i">0 to the batch size - 1.</param>
    /// <param name="isWhole">Whether the batch takes the whole part.</param>
    public int ValidationRow(in Draw noise, int i, bool isWhole) =>
        Validation[isWhole ? i : (int)(noise.Uniform(i) * Validation.Length)];

    /// <summary>How many validation samples a batch of so many training samples has, and whether that is all.</summary>
    /// <param name="samples">The size of the training batch.</param>
    public (int Count, bool IsWhole) ValidationBatch(int samples) =>
        samples == Parameters ? (Validation.Length, true) : (samples, false);

    /// <summary>sigma(x) = 1 / (1 + exp(-x)), without overflow.</summary>
    public static double Sigmoid(double x)
    {
        var tail = ExactMath.Exp(-Math.Abs(x));
        return (x > 0 ? 1 : tail) / (1 + tail);
    }

    /// <inheritdoc/>
    public override void LowerGradients(
        in BilevelBatch batch, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> gradY, Span<double> gradX)
    {
        var (scale, tau) = (1.0 / batch.Samples.Length, _temperatures[batch.Place]);
        for (var k = 0; k < gradY.Length; k++)
            gradY[k] = Regularization * y[k];
        gradX.Clear();
        foreach (var j in batch.Samples)
        {
            var (label, weight) = (_labels[Training[j]], Sigmoid(x[j]));
            var margin = label * RowMath.DotRow(Features, Training[j], y) / tau;
            RowMath.AddRow(Features, Training[j], -scale * weight * label * Sigmoid(-margin) / tau, gradY);
            if (!gradX.IsEmpty)
                gradX[j] += scale * weight * (1 - weight) * LogLoss(margin);
        }
    }

    /// <inheritdoc/>
    public override void UpperGradients(
        in BilevelBatch batch, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> gradX, Span<double> gradY)
    {
        gradX.Clear();
        gradY.Clear();
        var tau = _temperatures[batch.Place];
        var (count, isWhole) = ValidationBatch(batch.Samples.Length);
        for (var i = 0; i < count; i++)
        {
            var row = ValidationRow(batch.Noise, i, isWhole);
            var margin = _labels[row] * RowMath.DotRow(Features, row, y) / tau;
            RowMath.AddRow(Features, row, -_labels[row] * Sigmoid(-margin) / tau / count, gradY);
        }
    }

    /// <inheritdoc/>
    public override void Hessian(
        in BilevelBatch batch, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> hessian)
    {
        hessian.Clear();
        foreach (var j in batch.Samples)
        {
            var curvature = Curvature(batch, j, x, y);
            RowMath.AddOuter(Features, Training[j], curvature, hessian, Lower);
        }
        for (var k = 0; k < Lower; k++)
            hessian[k * Lower + k] += Regularization;
    }

    /// <inheritdoc/>
    public override void HessianProduct(
        in BilevelBatch batch, ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> v,
        Span<double> product)
    {
        for (var k = 0; k < product.Length; k++)
            product[k] = Regularization * v[k];
        foreach (var j in batch.Samples)
        {
            var along = RowMath.DotRow(Features, Training[j], v);
            RowMath.AddRow(Features, Training[j], Curvature(batch, j, x, y) * along, product);
        }
    }

    /// <inheritdoc/>
    public override void CrossProduct(
        in BilevelBatch batch, ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> v,
        Span<double> product)
    {
        product.Clear();
        var (scale, tau) = (1.0 / batch.Samples.Length, _temperatures[batch.Place]);
        foreach (var j in batch.Samples)
        {
            var (label, weight) = (_labels[Training[j]], Sigmoid(x[j]));
            var margin = label * RowMath.DotRow(Features, Training[j], y) / tau;
            var along = -label * Sigmoid(-margin) / tau * RowMath.DotRow(Features, Training[j], v);
            product[j] += scale * weight * (1 - weight) * along;
        }
    }

    // A sample's part of H, without the outer product.
    double Curvature(in BilevelBatch batch, int j, ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var tau = _temperatures[batch.Place];
        var tail = ExactMath.Exp(-Math.Abs(RowMath.DotRow(Features, Training[j], y) / tau));
        return Sigmoid(x[j]) * tail / ((1 + tail) * (1 + tail)) / (tau * tau) / batch.Samples.Length;
    }

    static double LogLoss(double margin) =>
        Math.Max(-margin, 0) + ExactMath.Log(1 + ExactMath.Exp(-Math.Abs(margin)));

    /// <inheritdoc/>
    public override double UpperValue(int place, ReadOnlySpan<double> x, ReadOnlySpan<double> y) =>
        Score(Features, Validation, _labels, y, _temperatures[place]).Loss;

    double LowerValue(int place, ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var sum = new PairwiseSum();
        for (var j = 0; j < Training.Length; j++)
        {
            var margin = _labels[Training[j]] * RowMath.DotRow(Features, Training[j], y) / _temperatures[place];
            sum.Add(Sigmoid(x[j]) * LogLoss(margin));
        }
        return sum.Total / Training.Length + Regularization / 2 * RowMath.SquaredNorm(y);
    }

    /// <summary>By Newton's method, a step halved until g falls; ends where rounding allows no further fall.</summary>
    /// <inheritdoc/>
    public override void SolveLower(int place, ReadOnlySpan<double> x, Span<double> y)
    {
        var (gradient, hessian, candidate) = (new double[Lower], new double[Lower * Lower], new double[Lower]);
        var value = LowerValue(place, x, y);
        for (var step = 0; step < NewtonSteps; step++)
        {
            LowerGradients(Whole(place), x, y, gradient, []);
            Hessian(Whole(place), x, y, hessian);
            double[] direction = [.. gradient];
            SymmetricMatrix.Solve(hessian, direction, direction);
            var slope = RowMath.Dot(gradient, direction);
            if (!(slope > 1e-22))
                return;
            var (scale, fell) = (1.0, false);
            for (; scale > 1e-8 && !fell; scale /= 2)
            {
                y.CopyTo(candidate);
                RowMath.Axpy(-scale, direction, candidate);
                var next = LowerValue(place, x, candidate);
                fell = next <= value - 1e-4 * scale * slope || (slope < 1e-12 && scale == 1);
                value = fell ? next : value;
            }
            if (!fell)
                return;
            candidate.CopyTo(y);
        }
    }

    /// <summary>
    /// At the blocks' own w: <c>loss</c>, the mean validation loss, which is F where the lower problems are solved;
    /// validation-accuracy, test-loss and test-accuracy, means over blocks; best-test-loss and best-test-accuracy,
    /// those of the block with the best validation accuracy (the first such block); and the mean weight of clean and
    /// flipped training samples.
    /// </summary>
    /// <inheritdoc/>
    public override void EvaluateAt(ReadOnlySpan<double> x, ReadOnlySpan<double> lower, Action<string, double> metric)
    {
        var (validation, test) = (new double[Places], new double[Places]);
        var (right, testRight) = (new double[Places], new double[Places]);
        var best = 0;
        for (var i = 0; i < Places; i++)
        {
            var w = lower.Slice(i * Lower, Lower);
            (validation[i], right[i]) = Score(Features, Validation, _labels, w, _temperatures[i]);
            if (Parts.Test is { } part)
                (test[i], testRight[i]) = Score(part.Table.Features, part.Rows, _testLabels, w, _temperatures[i]);
            best = right[i] > right[best] ? i : best;
        }
        metric(MetricNames.Loss, Mean(validation));
        metric("validation-accuracy", Mean(right));
        if (Parts.Test is not null)
        {
            metric("test-loss", Mean(test));
            metric("test-accuracy", Mean(testRight));
            metric("best-test-loss", test[best]);
            metric("best-test-accuracy", testRight[best]);
        }
        metric("clean-weight", Weight(x, false));
        if (Array.Exists(_isFlipped, flipped => flipped))
            metric("flipped-weight", Weight(x, true));
    }

    /// <inheritdoc/>
    public override bool IsBetterAbove(string metric) =>
        metric is "validation-accuracy" or "test-accuracy" or "best-test-accuracy";

    /// <inheritdoc/>
    public override Scale ScaleOf(string metric) => metric switch
    {
        MetricNames.Loss or "test-loss" or "best-test-loss" => Scale.Log,
        "validation-accuracy" or "test-accuracy" or "best-test-accuracy" or "clean-weight" or "flipped-weight" =>
            Scale.Logit,
        _ => base.ScaleOf(metric),
    };

    double Weight(ReadOnlySpan<double> x, bool flipped)
    {
        var (sum, count) = (new PairwiseSum(), 0);
        for (var j = 0; j < x.Length; j++)
        {
            if (_isFlipped[j] != flipped)
                continue;
            sum.Add(Sigmoid(x[j]));
            count++;
        }
        return sum.Total / Math.Max(1, count);
    }

    static double Mean(double[] values) => PairwiseSum.Sum(values) / values.Length;

    (double Loss, double Right) Score(
        FeatureMatrix features, int[] rows, double[] labels, ReadOnlySpan<double> w, double tau)
    {
        if (FastLoss is { } fast)
        {
            double[] scaled = [.. w];                   // margin / tau is the margin at w / tau
            foreach (ref var number in scaled.AsSpan())
                number /= tau;
            return fast.Mean(features, rows, labels, scaled);
        }
        var (loss, right) = (new PairwiseSum(), 0);
        foreach (var row in rows)
        {
            var margin = labels[row] * RowMath.DotRow(features, row, w);
            loss.Add(LogLoss(margin / tau));
            right += margin > 0 || (margin == 0 && labels[row] < 0) ? 1 : 0;
        }
        return (loss.Total / rows.Length, (double)right / rows.Length);
    }

    /// <inheritdoc/>
    public override IEnumerable<(string Name, string Value)> Facts()
    {
        yield return ("parameters", $"{Text(Parameters)}, the weights of the training samples");
        yield return ("lower", $"{Lower} for each of {Places} temperatures, "
            + $"{Counted.Digits(_temperatures.Min(), 4)} to "
            + $"{Counted.Digits(_temperatures.Max(), 4)}");
        yield return ("training samples", $"{Parameters} of {Parts.Train.Table.Source}");
        yield return ("flipped labels", Text(_isFlipped.Count(flipped => flipped)));
        yield return ("validation samples", Text(Validation.Length));
        if (Parts.Test is { } test)
            yield return ("test samples", Text(test.Rows.Length));
        yield return ("labels", _set!.Describe());
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
