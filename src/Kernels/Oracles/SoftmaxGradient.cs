using System.Numerics;
using System.Runtime.CompilerServices;
using AsyncOpt.Core.Problems;

namespace AsyncOpt.Kernels.Oracles;

/// <summary>
/// f.grad of softmax regression: lambda W + mean of (softmax(W a) - e_y) a^T, shape (K x d) row-major.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="problem">The problem, built.</param>
[FastOracle(typeof(SoftmaxRegression), "f.grad")]
public sealed class SoftmaxGradient<T>(SoftmaxRegression problem) : FastOracle<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly Rows<T> _rows = new(problem.Features);
    readonly double[] _labels = problem.Labels;
    readonly int _classes = problem.Classes;
    readonly double _regularization = problem.Regularization;

    /// <inheritdoc />
    public override void Fetch(ReadOnlySpan<int> samples) => _rows.Fetch(samples);

    /// <inheritdoc />
    [SkipLocalsInit]
    public override void Evaluate(in OracleCall<T> call)
    {
        var w = call.Input;
        var gradient = call.Output;
        VectorMath<T>.Scale(_regularization, w, gradient);
        var weight = 1.0 / call.Samples.Length;
        Span<T> p = stackalloc T[_classes];                 // the problem allows at most 1,024 classes
        foreach (var sample in call.Samples)
        {
            Scores(sample, w, p);
            RowKernels<T>.Softmax(p, p);
            p[(int)_labels[sample]] -= T.One;
            VectorMath<T>.Scale(weight, p);
            Add(sample, p, gradient);
        }
    }

    void Scores(int sample, ReadOnlySpan<T> w, Span<T> scores)
    {
        if (_rows.IsDense)
        {
            RowKernels<T>.DotMany(w, _rows.Dense(sample), scores);
            return;
        }
        for (var c = 0; c < scores.Length; c++)
            scores[c] = T.CreateTruncating(_rows.Dot(sample, w.Slice(c * _rows.Columns, _rows.Columns)));
    }

    void Add(int sample, ReadOnlySpan<T> coefficients, Span<T> gradient)
    {
        if (_rows.IsDense)
        {
            RowKernels<T>.Rank1Add(coefficients, _rows.Dense(sample), gradient);
            return;
        }
        var d = _rows.Columns;
        for (var c = 0; c < coefficients.Length; c++)
            _rows.Add(sample, double.CreateTruncating(coefficients[c]), gradient.Slice(c * d, d));
    }
}
