using System.Numerics;
using System.Runtime.CompilerServices;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;

namespace AsyncOpt.Kernels.Oracles;

/// <summary>f.grad of logistic regression: lambda x - mean of y a / (1 + exp(y a.x)); the scalars in double.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="problem">The problem, built.</param>
[FastOracle(typeof(LogisticRegression), "f.grad")]
public sealed class LogisticGradient<T>(LogisticRegression problem) : FastOracle<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly Rows<T> _rows = new(problem.Features);
    readonly double[] _labels = problem.Labels;
    readonly double _regularization = problem.Regularization;

    /// <inheritdoc />
    public override void Fetch(ReadOnlySpan<int> samples)
    {
        _rows.Fetch(samples);
        foreach (var sample in samples)
            Prefetch.Item(ref _labels[sample]);
    }

    /// <inheritdoc />
    public override void Evaluate(in OracleCall<T> call)
    {
        var x = call.Input;
        var gradient = call.Output;
        var samples = call.Samples;
        if (samples.IsEmpty)
            VectorMath<T>.Scale(_regularization, x, gradient);
        var weight = 1.0 / samples.Length;
        for (var i = 0; i < samples.Length; i++)
        {
            var label = _labels[samples[i]];
            var margin = label * _rows.Dot(samples[i], x);
            var tail = ExactMath.Exp(-Math.Abs(margin));
            var scale = -weight * label * (margin > 0 ? tail : 1) / (1 + tail);
            if (i == 0)
                _rows.Sum(_regularization, x, samples[i], scale, gradient);
            else
                _rows.Add(samples[i], scale, gradient);
        }
    }

    /// <inheritdoc />
    [SkipLocalsInit]
    public override void EvaluateRows(in OracleRows<T> rows)
    {
        if (!_rows.IsDense || rows.Batch != 1)
        {
            base.EvaluateRows(in rows);
            return;
        }
        const int most = 256;
        Span<double> scales = stackalloc double[most];
        for (var first = 0; first < rows.Count; first += most)
        {
            var some = rows.Slice(first, Math.Min(most, rows.Count - first));
            var scale = scales[..some.Count];
            Margins(in some, scale);
            Scales(in some, scale);
            _rows.WeightedSums(_regularization, some.Inputs, scale, some.Samples, some.Outputs);
        }
    }

    // label a.x
    void Margins(in OracleRows<T> rows, Span<double> margins)
    {
        for (var i = 0; i < margins.Length; i++)
        {
            var sample = rows.Samples[i];
            margins[i] = _labels[sample] * VectorMath<T>.Dot(_rows.Dense(sample), rows.Input(i));
        }
    }

    // Margins become the rows' scales.
    [SkipLocalsInit]
    void Scales(in OracleRows<T> rows, Span<double> margins)
    {
        Span<double> tails = stackalloc double[margins.Length];
        for (var i = 0; i < tails.Length; i++)
            tails[i] = -Math.Abs(margins[i]);
        ExactMath.Exp(tails, tails);
        for (var i = 0; i < tails.Length; i++)
        {
            var (label, tail) = (_labels[rows.Samples[i]], tails[i]);
            margins[i] = -label * (margins[i] > 0 ? tail : 1) / (1 + tail);
        }
    }
}
