using System.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Nets;

namespace AsyncOpt.Kernels.Oracles;

/// <summary>f.grad of a net: the batch goes through the layers as a matrix, forward and back.</summary>
/// <typeparam name="T">float or double.</typeparam>
public abstract class NetGradient<T> : FastOracle<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly DenseNet<T> _net;
    readonly NetInputs<T> _inputs;
    readonly int _offset;
    readonly double[] _labels;
    readonly double _regularization;

    // The offset is where the parameters of the layers begin; those before belong to the inputs.
    private protected NetGradient(NetProblem problem, DenseLayers layers, int offset, NetInputs<T> inputs)
    {
        (_net, _inputs, _offset) = (new(layers), inputs, offset);
        (_labels, _regularization) = (problem.Labels, problem.Regularization);
    }

    /// <inheritdoc />
    public override void Evaluate(in OracleCall<T> call)
    {
        Begin(call.Input, call.Output);
        for (var first = 0; first < call.Samples.Length; first += _net.RowsMax)
        {
            var samples = call.Samples.Slice(first, Math.Min(_net.RowsMax, call.Samples.Length - first));
            Add(call.Input, samples, 1, 1.0 / call.Samples.Length, call.Output, accumulate: first > 0);
        }
    }

    /// <summary>Batches at one model go forward and back together, as one matrix.</summary>
    /// <inheritdoc />
    public override void EvaluateRows(in OracleRows<T> rows)
    {
        if (!rows.IsShared || 2 * rows.Batch > _net.RowsMax)
        {
            base.EvaluateRows(in rows);
            return;
        }
        var most = _net.RowsMax / rows.Batch;
        for (var first = 0; first < rows.Count; first += most)
        {
            var some = rows.Slice(first, Math.Min(most, rows.Count - first));
            for (var i = 0; i < some.Count; i++)
                Begin(some.Inputs, some.Output(i));
            Add(some.Inputs, some.Samples, some.Count, 1.0 / rows.Batch, some.Outputs, accumulate: false);
        }
    }

    // Layers write their gradients; what comes before them is added to.
    void Begin(ReadOnlySpan<T> x, Span<T> gradient)
    {
        if (_regularization != 0)
            VectorMath<T>.Scale(_regularization, x, gradient);
        else
            gradient[.._offset].Clear();
    }

    // The gradients of batches of one size at one model, shape (batches, d).
    void Add(
        ReadOnlySpan<T> x, ReadOnlySpan<int> samples, int batches, double weight, Span<T> gradients, bool accumulate)
    {
        var units = _net.Units(samples.Length, out var deltas);
        _inputs.Gather(samples, x, units);
        _net.Forward(x[_offset..], samples.Length, units);
        var scores = _net.Scores(units, samples.Length);
        var delta = _net.Scores(deltas, samples.Length);
        for (var i = 0; i < samples.Length; i++)
        {
            var p = delta.Slice(i * _net.Classes, _net.Classes);
            Activations<T>.Softmax(scores.Slice(i * _net.Classes, _net.Classes), p);
            p[(int)_labels[samples[i]]] -= T.One;
        }
        VectorMath<T>.Scale(weight, delta);
        var rows = samples.Length / batches;
        _net.Backward(
            x[_offset..], batches, rows, units, deltas, gradients[_offset..], x.Length,
            accumulate || _regularization != 0, _inputs.HasParameters);
        for (var b = 0; b < batches; b++)
        {
            _inputs.Scatter(
                samples.Slice(b * rows, rows), deltas.Slice(b * rows * _net.Inputs, rows * _net.Inputs),
                gradients[(b * x.Length)..]);
        }
    }
}

/// <summary>f.grad of a multilayer perceptron.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="problem">The problem, built.</param>
[FastOracle(typeof(MlpClassification), "f.grad")]
public sealed class MlpGradient<T>(MlpClassification problem)
    : NetGradient<T>(problem, problem.Layers, 0, new FeatureInputs<T>(problem.Features))
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>f.grad of the neural language model.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="problem">The problem, built.</param>
[FastOracle(typeof(LanguageModel), "f.grad")]
public sealed class LanguageModelGradient<T>(LanguageModel problem) : NetGradient<T>(
    problem, problem.Layers, problem.Vocabulary * problem.Embedding,
    new EmbeddedInputs<T>(problem.Features, problem.Embedding))
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
