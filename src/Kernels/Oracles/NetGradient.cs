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
        // Layers write their gradients; what comes before them is added to.
        if (_regularization != 0)
            VectorMath<T>.Scale(_regularization, call.Input, call.Output);
        else
            call.Output[.._offset].Clear();
        for (var first = 0; first < call.Samples.Length; first += _net.RowsMax)
        {
            var samples = call.Samples.Slice(first, Math.Min(_net.RowsMax, call.Samples.Length - first));
            Add(call, samples, accumulate: _regularization != 0 || first > 0);
        }
    }

    void Add(in OracleCall<T> call, ReadOnlySpan<int> samples, bool accumulate)
    {
        var units = _net.Units(samples.Length, out var deltas);
        _inputs.Gather(samples, call.Input, units);
        _net.Forward(call.Input[_offset..], samples.Length, units);
        var scores = _net.Scores(units, samples.Length);
        var delta = _net.Scores(deltas, samples.Length);
        for (var i = 0; i < samples.Length; i++)
        {
            var p = delta.Slice(i * _net.Classes, _net.Classes);
            Activations<T>.Softmax(scores.Slice(i * _net.Classes, _net.Classes), p);
            p[(int)_labels[samples[i]]] -= T.One;
        }
        VectorMath<T>.Scale(1.0 / call.Samples.Length, delta);
        _net.Backward(
            call.Input[_offset..], samples.Length, units, deltas, call.Output[_offset..], accumulate,
            _inputs.HasParameters);
        _inputs.Scatter(samples, deltas[..(samples.Length * _net.Inputs)], call.Output);
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
