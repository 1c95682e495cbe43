using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using AsyncOpt.Core.Data;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Problems.Shardings;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Problems;

/// <summary>
/// A problem over samples: F(x) = mean over places p of f_p(x), where f_p(x) = mean over the shard of p of
/// loss(sample, x), plus (lambda/2) |x|^2. Where all shards have one size, that is the plain mean over samples;
/// otherwise a sample of a small shard weighs more, unless places are weighed by their samples. A derived class gives
/// the labels' meaning and one sample's loss and gradient.
/// </summary>
public abstract class SampleProblem : Problem
{
    // Of a matrix of so many entries one core takes the largest eigenvalue.
    const int EntriesOfOneCoreMax = 1 << 21;

    readonly SampleOptions _options;
    readonly OracleForm[] _oracles;
    readonly Lazy<string> _fingerprint;
    DataParts? _parts;
    Shards? _shards;
    BatchSampler? _sampler;
    int[] _samples = [];
    double[] _weights = [], _labels = [], _testLabels = [];
    bool _isSequence;
    (string? Train, string? Test, string? Places) _readAs;
    IReadOnlyList<string> _warnings = [];
    DataPart? _evaluatedTrain, _evaluatedValidation, _evaluatedTest;

    /// <summary>Takes the shared options.</summary>
    protected SampleProblem(SampleOptions options)
    {
        _options = options;
        _oracles = [new(Oracle.Gradient, Gradient)];
        _fingerprint = new(MakeFingerprint);
    }

    /// <summary>The parts of the data.</summary>
    public DataParts Parts => _parts ?? throw new InvalidOperationException("the problem is not built");

    /// <summary>How training samples were dealt out to the places.</summary>
    public Sharding Sharding => _options.Sharding;

    /// <summary>Which training samples lie where; sample numbers are rows of <see cref="Features"/>.</summary>
    public Shards Shards => _shards ?? throw new InvalidOperationException("the problem is not built");

    /// <summary>The features that sample numbers point into (rows x columns).</summary>
    public FeatureMatrix Features => Parts.Train.Table.Features;

    /// <summary>The labels as the loss takes them, by sample number.</summary>
    public double[] Labels => _labels;

    /// <summary>lambda.</summary>
    public double Regularization => _options.Regularization;

    /// <summary>
    /// Over how many samples of each part metrics are taken, drawn from the data seed and the same throughout; 0 for
    /// all.
    /// </summary>
    protected virtual int EvaluationSamples => 0;

    /// <summary>Whether the accuracy on the training part is a metric, too.</summary>
    protected virtual bool HasTrainAccuracy => false;

    /// <inheritdoc />
    public override int Places => Shards.Places;

    /// <inheritdoc />
    public override IReadOnlyList<OracleForm> Oracles => _oracles;

    /// <inheritdoc />
    public override BatchSampler? Sampler => _sampler;

    /// <inheritdoc />
    public override double StrongConvexity => Regularization;

    /// <inheritdoc />
    public override string Fingerprint => _fingerprint.Value;

    /// <summary>Whether labels are classes.</summary>
    protected abstract bool HasClasses { get; }

    /// <summary>The kind of problem as the fingerprint names it: formula and version of its meaning.</summary>
    protected abstract string Formula { get; }

    /// <summary>
    /// Learns what the labels of the training part mean. Called once, before <see cref="MapLabels"/>.
    /// </summary>
    protected abstract void Learn(DataPart train);

    /// <summary>The labels of a table as the loss takes them, one a row.</summary>
    protected abstract double[] MapLabels(SampleTable table);

    /// <summary>
    /// One sample's loss; adds <paramref name="weight"/> times its gradient where there is room for it.
    /// </summary>
    /// <param name="features">The table.</param>
    /// <param name="row">The row.</param>
    /// <param name="label">Its label.</param>
    /// <param name="x">d coordinates.</param>
    /// <param name="weight">The gradient's factor.</param>
    /// <param name="gradient">d coordinates, or empty.</param>
    protected abstract double Loss(
        FeatureMatrix features, int row, double label, ReadOnlySpan<double> x, double weight, Span<double> gradient);

    /// <summary>Whether the class predicted for a row is its label; called for problems with classes only.</summary>
    protected virtual bool IsRight(FeatureMatrix features, int row, double label, ReadOnlySpan<double> x) => false;

    /// <inheritdoc />
    public sealed override void Build(ProblemContext context)
    {
        var raw = _options.Data.Open(new(context.Locate, context.DataSeed, context.Places)
        {
            GroupColumn = _options.Sharding.GroupColumn,
        });
        if (raw.IsHeterogeneous && _options.Sharding is not ByPlaceSharding)
        {
            throw new InputException(
                $"{raw.Table.Source}: its samples differ by place; set sharding: by-place to keep them there");
        }
        _parts = _options.Prepare(raw, context.DataSeed);
        Learn(_parts.Train);
        var (rows, labels) = _options.Corruption.Apply(
            _parts.Train, MapLabels(_parts.Train.Table), context.DataSeed);
        _labels = labels;
        _parts = _parts with { Train = _parts.Train with { Rows = rows } };
        _testLabels = _parts.Test is null ? [] : MapLabels(_parts.Test.Table);
        var dealt = new ShardingContext
        {
            Source = raw.Table.Source,
            Samples = _parts.Train.Rows,
            Labels = _labels,
            HasClasses = HasClasses,
            Places = context.Places,
            Seed = context.DataSeed,
            SamplesPerPlace = raw.SamplesPerPlace,
            Groups = raw.Table.Groups,
        };
        _shards = _options.Sharding.Deal(dealt);
        _isSequence = raw.IsSequence;
        _warnings = raw.Table.Warnings;
        _readAs = (raw.Table.Format, raw.Test?.Format, _options.Sharding.Describe(dealt));
        _sampler = _options.Sampling == Sampling.WithReplacement
            ? new WithReplacement(_shards)
            : new WithoutReplacement(_shards);
        (_samples, _weights) = _shards.Weights(_options.Weights);
        ChooseEvaluated(context.DataSeed);
    }

    // Weights of a subset are scaled up, so that its F is the mean of the whole F over all subsets.
    void ChooseEvaluated(ulong seed)
    {
        var chosen = Chosen(_samples.Length, seed, SyntheticData.EvaluationDraw);
        if (chosen is not null)
        {
            var scale = (double)_samples.Length / chosen.Length;
            _weights = Array.ConvertAll(chosen, i => scale * _weights[i]);
            _samples = Array.ConvertAll(chosen, i => _samples[i]);
        }
        _evaluatedTrain = new(Parts.Train.Table, _samples);
        _evaluatedValidation = Part(Parts.Validation, 1);
        _evaluatedTest = Part(Parts.Test, 2);

        DataPart? Part(DataPart? part, ulong number) =>
            part is null || Chosen(part.Rows.Length, seed, SyntheticData.EvaluationDraw + number) is not { } some
                ? part
                : part with { Rows = Array.ConvertAll(some, i => part.Rows[i]) };
    }

    // Ascending positions; null for all.
    int[]? Chosen(int count, ulong seed, ulong draw)
    {
        if (EvaluationSamples == 0 || EvaluationSamples >= count)
            return null;
        var order = new KeyedPermutation(seed, Purpose.Data, 0, draw, count);
        var chosen = new int[EvaluationSamples];
        for (var i = 0; i < chosen.Length; i++)
            chosen[i] = order.At(i);
        Array.Sort(chosen);
        return chosen;
    }

    /// <summary>
    /// The plain form of f.grad: lambda x plus the mean of the batch's gradients, from first to last.
    /// </summary>
    void Gradient(in OracleCall<double> call)
    {
        for (var k = 0; k < call.Output.Length; k++)
            call.Output[k] = Regularization * call.Input[k];
        var weight = 1.0 / call.Samples.Length;
        foreach (var sample in call.Samples)
            Loss(Features, sample, _labels[sample], call.Input, weight, call.Output);
    }

    /// <inheritdoc />
    public sealed override double Objective(ReadOnlySpan<double> x, Span<double> gradient) =>
        Objective(x, gradient, out _);

    // Also how many of the samples in F are right; only the fast loss counts them.
    double Objective(ReadOnlySpan<double> x, Span<double> gradient, out int right)
    {
        var (point, count) = (x.ToArray(), 0);
        var loss = FastLoss is { } fast
            ? BlockReduction.Sum(_samples.Length, gradient, (first, end, sum) =>
            {
                var value = fast.Sum(SamplesOf(first, end, point), sum, out var some);
                Interlocked.Add(ref count, some);
                return value;
            })
            : SumWeighted(gradient, (row, weight, sum) =>
                weight * Loss(Features, row, _labels[row], point, weight, sum));
        if (!gradient.IsEmpty)
            RowMath.Axpy(Regularization, x, gradient);
        right = count;
        return loss + Regularization / 2 * RowMath.SquaredNorm(x);
    }

    /// <summary>
    /// Sums over the training samples of all places, with their weights in F; on all cores, always the same bits.
    /// </summary>
    /// <param name="total">Receives the vector sum; may be empty.</param>
    /// <param name="body">Takes a row, its weight and where to add; returns what is added to the scalar.</param>
    /// <param name="alone">Whether it takes so little that one core does it.</param>
    internal double SumWeighted(Span<double> total, Func<int, double, double[], double> body, bool alone = false) =>
        BlockReduction.Sum(_samples.Length, total, (first, end, sum) =>
        {
            var value = 0.0;
            for (var i = first; i < end; i++)
                value += body(_samples[i], _weights[i], sum);
            return value;
        }, alone);

    /// <summary>The weighted sum of the losses' Hessians in its fast form.</summary>
    /// <param name="x">d coordinates.</param>
    /// <param name="hessian">Receives d x d numbers where there is one.</param>
    /// <returns>Whether there is a fast form.</returns>
    protected bool TrySumHessians(ReadOnlySpan<double> x, Span<double> hessian)
    {
        if (FastLoss is not { } fast || !fast.HasHessian(Features))
            return false;
        var point = x.ToArray();
        BlockReduction.Sum(_samples.Length, hessian, (first, end, sum) =>
        {
            fast.AddHessian(SamplesOf(first, end, point), sum);
            return 0;
        });
        return true;
    }

    // Some of the training samples of all places, with their weights in F.
    LossSamples SamplesOf(int first, int end, double[] point) =>
        new(Features, _samples.AsSpan(first..end), _labels, _weights.AsSpan(first..end), point);

    /// <summary>
    /// The multiplications of one weighted sum of outer products a a^T: mean entries per row, squared, per row.
    /// </summary>
    protected double OuterCost
    {
        get
        {
            var entries = (double)Features.Values.Length / Math.Max(1, Features.Rows);
            return entries * entries * _samples.Length;
        }
    }

    /// <inheritdoc />
    public sealed override IReadOnlyList<string> Metrics
    {
        get
        {
            var names = new List<string>();
            Evaluate((_, _) => (0, 0), (name, _) => names.Add(name));
            return names;
        }
    }

    /// <inheritdoc />
    public sealed override void Evaluate(ReadOnlySpan<double> x, Action<string, double> metric)
    {
        var point = x.ToArray();
        Evaluate((part, labels) => Mean(part, labels, point), metric);
    }

    /// <summary>The training part is gone through once, for the objective and its accuracy.</summary>
    /// <inheritdoc />
    public sealed override double Measure(
        ReadOnlySpan<double> x, Span<double> gradient, Action<string, double> metric)
    {
        var point = x.ToArray();
        var value = Objective(point, gradient, out var right);
        var isCounted = FastLoss is not null;
        Evaluate((part, labels) => isCounted && ReferenceEquals(part, _evaluatedTrain)
            ? (double.NaN, (double)right / _samples.Length)
            : Mean(part, labels, point), metric);
        return value;
    }

    /// <summary>Whether no sample's loss can be negative, by the formula; then losses are on the log scale.</summary>
    protected virtual bool IsLossNeverNegative => false;

    /// <inheritdoc/>
    public override bool IsBetterAbove(string metric) =>
        metric is "train-accuracy" or "validation-accuracy" or "accuracy";

    /// <inheritdoc/>
    public override Scale ScaleOf(string metric) =>
        IsBetterAbove(metric) ? Scale.Logit
        : metric is MetricNames.Loss or "validation-loss" or "test-loss" && IsLossNeverNegative ? Scale.Log
        : Scale.Linear;

    void Evaluate(Func<DataPart, double[], (double Loss, double Accuracy)> mean, Action<string, double> metric)
    {
        if (HasTrainAccuracy)
            metric("train-accuracy", mean(_evaluatedTrain!, _labels).Accuracy);
        if (_evaluatedValidation is { } validation)
            Report(validation, _labels, "validation-", "validation-");
        if (_evaluatedTest is { } test)
            Report(test, test.Table == Parts.Train.Table ? _labels : _testLabels, "test-", "");

        void Report(DataPart part, double[] labels, string prefix, string accuracyPrefix)
        {
            var (loss, accuracy) = mean(part, labels);
            metric(prefix + "loss", loss);
            if (HasClasses)
                metric(accuracyPrefix + "accuracy", accuracy);
            ReportLoss(prefix, loss, metric);
        }
    }

    /// <summary>Metrics that follow from the mean loss of a part.</summary>
    /// <param name="prefix">The part: <c>validation-</c> or <c>test-</c>.</param>
    /// <param name="loss">The mean loss, without the regularization.</param>
    /// <param name="metric">Takes them.</param>
    protected virtual void ReportLoss(string prefix, double loss, Action<string, double> metric)
    {
    }

    // The loss of a part is the mean over its samples, without the regularization; so is the share of right classes.
    (double Loss, double Accuracy) Mean(DataPart part, double[] labels, double[] x)
    {
        var features = part.Table.Features;
        if (FastLoss is { } fast)
            return fast.Mean(features, part.Rows, labels, x);
        var right = new double[1];
        var loss = BlockReduction.Sum(part.Rows.Length, right, (first, end, hits) =>
        {
            var sum = 0.0;
            foreach (var row in part.Rows.AsSpan(first..end))
            {
                sum += Loss(features, row, labels[row], x, 1, []);
                hits[0] += HasClasses && IsRight(features, row, labels[row], x) ? 1 : 0;
            }
            return sum;
        });
        return (loss / part.Rows.Length, right[0] / part.Rows.Length);
    }

    /// <summary>
    /// An upper estimate of the largest eigenvalue of sum_i w_i a_i a_i^T over the weighted features: 100 steps of the
    /// power method from a drawn start, plus 5 %, but at most the trace, which bounds it.
    /// </summary>
    protected double LargestEigenvalue()
    {
        // A step takes a few milliseconds then, and a command that checks a file does nothing else on several cores.
        var alone = Features.Values.Length <= EntriesOfOneCoreMax;
        var v = new double[Features.Columns];
        SyntheticData.AddNormals(new(0, Purpose.None, 0, 0), 1, v);
        double[] next = new double[v.Length], norms = new double[1];
        SumWeighted(norms, (row, weight, sum) => sum[0] += weight * SquaredNorm(Features, row), alone);
        var (value, trace) = (0.0, norms[0]);
        for (var step = 0; step < 100; step++)
        {
            var scale = 1 / Math.Sqrt(RowMath.SquaredNorm(v));
            for (var k = 0; k < v.Length; k++)
                v[k] *= scale;
            SumWeighted(next, (row, weight, sum) =>
            {
                RowMath.AddRow(Features, row, weight * RowMath.DotRow(Features, row, v), sum);
                return 0;
            }, alone);
            var before = value;
            value = Math.Sqrt(RowMath.SquaredNorm(next));
            (v, next) = (next, v);
            if (value == 0 || Math.Abs(value - before) <= 1e-4 * value)
                break;
        }
        return Math.Min(1.05 * value, trace);
    }

    static double SquaredNorm(FeatureMatrix m, int row) => RowMath.SquaredNorm(m.IsDense
        ? m.Values.AsSpan(row * m.Columns, m.Columns)
        : m.Values.AsSpan(m.RowStart[row]..m.RowStart[row + 1]));

    /// <inheritdoc />
    public override IEnumerable<string> Warnings() => _warnings;

    /// <inheritdoc />
    public override IEnumerable<(string Name, string Value)> Facts()
    {
        yield return ("parameters", Text(Parameters));
        yield return ("features", $"{Features.Columns}, {(Features.IsDense ? "dense" : "sparse")}");
        yield return ("training samples", $"{Parts.Train.Rows.Length} of {Parts.Train.Table.Source}");
        if (!_isSequence && Features.ConstantColumns(Parts.Train.Rows) is { Count: > 0 } constant)
        {
            yield return (
                "constant features", $"{constant.Count} of {Features.Columns}, such as {FeatureName(constant[0])}");
        }
        if (HasClasses && !_isSequence)
        {
            var (table, rows) = (Parts.Train.Table, Parts.Train.Rows);
            yield return ("training labels", LabelSet.Of(table).Counts(table, rows));
        }
        if (_readAs.Train is { } format)
            yield return ("file read as", format);
        if (_readAs.Test is { } testFormat)
            yield return ("test file read as", testFormat);
        if (Parts.Validation is { } validation)
            yield return ("validation samples", Text(validation.Rows.Length));
        if (Parts.Test is { } test)
            yield return ("test samples", $"{test.Rows.Length} of {test.Table.Source}");
        var (least, most) = (int.MaxValue, 0);
        for (var place = 0; place < Places; place++)
            (least, most) = (Math.Min(least, Shards.Size(place)), Math.Max(most, Shards.Size(place)));
        yield return ("samples per place", least == most ? Text(least) : $"{least} to {most}");
        if (_readAs.Places is { } places)
            yield return ("places", places);
        if (EvaluationSamples > 0)
            yield return ("metrics over", $"at most {EvaluationSamples} samples of each part, always the same");
        else if (_samples.Length < Parts.Train.Rows.Length)
            yield return ("unused samples", Text(Parts.Train.Rows.Length - _samples.Length));
    }

    string FeatureName(int column) =>
        Parts.Train.Table.ColumnNames is { } names ? $"'{names[column]}'" : $"number {column + 1}";

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// The objective itself, hashed: weights, labels and features of every sample in it. So shardings and seeds that
    /// give the same F share an optimum, and nothing else does.
    /// </summary>
    string MakeFingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<double> head = stackalloc double[3];
        var sparse = !Features.IsDense;
        for (var i = 0; i < _samples.Length; i++)
        {
            var row = _samples[i];
            var start = sparse ? Features.RowStart[row] : row * Features.Columns;
            var length = sparse ? Features.RowStart[row + 1] - start : Features.Columns;
            (head[0], head[1], head[2]) = (_weights[i], _labels[row], length);
            hash.AppendData(MemoryMarshal.AsBytes((ReadOnlySpan<double>)head));
            hash.AppendData(MemoryMarshal.AsBytes(Features.Values.AsSpan(start, length)));
            if (sparse)
                hash.AppendData(MemoryMarshal.AsBytes(Features.Column.AsSpan(start, length)));
        }
        return $"{Formula}; regularization {Regularization:R}; parameters {Parameters}; samples {_samples.Length}; "
            + $"sha256 of weights, labels and features {Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }
}
