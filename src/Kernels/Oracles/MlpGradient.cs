using System.Numerics;
using AsyncOpt.Core.Problems;

namespace AsyncOpt.Kernels.Oracles;

/// <summary>f.grad of a fully connected net: the batch goes through the layers as a matrix, forward and back.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="problem">The problem, built.</param>
[FastOracle(typeof(MlpClassification), "f.grad")]
public sealed class MlpGradient<T>(MlpClassification problem) : FastOracle<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly Rows<T> _rows = new(problem.Features);
    readonly DenseNet<T> _net = new(problem.Layers);
    readonly double[] _labels = problem.Labels;
    readonly double _regularization = problem.Regularization;

    /// <inheritdoc />
    public override void Evaluate(in OracleCall<T> call)
    {
        if (_regularization != 0)
            VectorMath<T>.Scale(_regularization, call.Input, call.Output);
        for (var first = 0; first < call.Samples.Length; first += DenseNet<T>.RowsMax)
        {
            var samples = call.Samples.Slice(first, Math.Min(DenseNet<T>.RowsMax, call.Samples.Length - first));
            Add(call, samples, accumulate: _regularization != 0 || first > 0);
        }
    }

    void Add(in OracleCall<T> call, ReadOnlySpan<int> samples, bool accumulate)
    {
        var units = _net.Units(samples.Length, out var deltas);
        _rows.Gather(samples, units);
        _net.Forward(call.Input, samples.Length, units);
        var scores = _net.Scores(units, samples.Length);
        var delta = _net.Scores(deltas, samples.Length);
        for (var i = 0; i < samples.Length; i++)
        {
            var p = delta.Slice(i * _net.Classes, _net.Classes);
            RowKernels<T>.Softmax(scores.Slice(i * _net.Classes, _net.Classes), p);
            p[(int)_labels[samples[i]]] -= T.One;
        }
        VectorMath<T>.Scale(1.0 / call.Samples.Length, delta);
        _net.Backward(call.Input, samples.Length, units, deltas, call.Output, accumulate, inputs: false);
    }
}
