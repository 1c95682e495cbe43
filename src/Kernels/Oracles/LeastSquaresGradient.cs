using System.Numerics;
using AsyncOpt.Core.Problems;

namespace AsyncOpt.Kernels.Oracles;

/// <summary>f.grad of least squares: lambda x + mean of (a.x - b) a; the scalars in double.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="problem">The problem, built.</param>
[FastOracle(typeof(LeastSquares), "f.grad")]
public sealed class LeastSquaresGradient<T>(LeastSquares problem) : FastOracle<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly Rows<T> _rows = new(problem.Features);
    readonly double[] _labels = problem.Labels;
    readonly double _regularization = problem.Regularization;

    /// <inheritdoc />
    public override void Fetch(ReadOnlySpan<int> samples) => _rows.Fetch(samples);

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
            var scale = weight * (_rows.Dot(samples[i], x) - _labels[samples[i]]);
            if (i == 0)
                _rows.Sum(_regularization, x, samples[i], scale, gradient);
            else
                _rows.Add(samples[i], scale, gradient);
        }
    }

    /// <inheritdoc />
    public override void EvaluateRows(in OracleRows<T> rows)
    {
        if (!_rows.IsDense || rows.Batch != 1)
        {
            base.EvaluateRows(in rows);
            return;
        }
        for (var i = 0; i < rows.Count; i++)
        {
            var sample = rows.Samples[i];
            var x = rows.Input(i);
            var row = _rows.Dense(sample);
            VectorMath<T>.WeightedSum(
                _regularization, x, VectorMath<T>.Dot(row, x) - _labels[sample], row, rows.Output(i));
        }
    }
}
