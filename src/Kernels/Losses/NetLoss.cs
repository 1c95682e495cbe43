using AsyncOpt.Core.Data;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Nets;
using AsyncOpt.Kernels.Oracles;

namespace AsyncOpt.Kernels.Losses;

/// <summary>Sums of losses and gradients of a net over many samples.</summary>
/// <param name="layers">Its layers.</param>
/// <param name="offset">Where their parameters begin.</param>
public abstract class NetLoss(DenseLayers layers, int offset) : FastLoss
{
    readonly DenseNet<double> _net = new(layers);

    /// <inheritdoc />
    public override double Sum(in LossSamples samples, Span<double> gradient, out int right)
    {
        var inputs = Inputs(samples.Features);
        var sum = 0.0;
        right = 0;
        for (var first = 0; first < samples.Rows.Length; first += _net.RowsMax)
        {
            var rows = samples.Rows.Slice(first, Math.Min(_net.RowsMax, samples.Rows.Length - first));
            var units = _net.Units(rows.Length, out var deltas);
            inputs.Gather(rows, samples.Point, units);
            _net.Forward(samples.Point[offset..], rows.Length, units);
            sum += Sum(samples, first, _net.Scores(units, rows.Length), _net.Scores(deltas, rows.Length), ref right);
            if (gradient.IsEmpty)
                continue;
            _net.Backward(
                samples.Point[offset..], 1, rows.Length, units, deltas, gradient[offset..], gradient.Length,
                accumulate: true, inputs.HasParameters);
            inputs.Scatter(rows, deltas[..(rows.Length * _net.Inputs)], gradient);
        }
        return sum;
    }

    private protected abstract NetInputs<double> Inputs(FeatureMatrix features);

    // Cross entropy of samples from the first on, and the derivatives in the scores; both samples x classes.
    double Sum(in LossSamples samples, int first, ReadOnlySpan<double> scores, Span<double> deltas, ref int right)
    {
        var (classes, sum) = (_net.Classes, 0.0);
        for (var i = 0; i * classes < scores.Length; i++)
        {
            var z = scores.Slice(i * classes, classes);
            var p = deltas.Slice(i * classes, classes);
            var label = (int)samples.Labels[samples.Rows[first + i]];
            var weight = samples.Weights.IsEmpty ? 1 : samples.Weights[first + i];
            sum += weight * (Activations<double>.Softmax(z, p) - z[label]);
            right += CrossEntropy.IsFirstLargest(z, label) ? 1 : 0;
            p[label] -= 1;
            VectorMath<double>.Scale(weight, p);
        }
        return sum;
    }
}

/// <summary>Sums over samples of a multilayer perceptron.</summary>
/// <param name="problem">The problem, built.</param>
[FastLoss(typeof(MlpClassification))]
public sealed class MlpLoss(MlpClassification problem) : NetLoss(problem.Layers, 0)
{
    private protected override NetInputs<double> Inputs(FeatureMatrix features) => new FeatureInputs<double>(features);
}

/// <summary>Sums over samples of the neural language model.</summary>
/// <param name="problem">The problem, built.</param>
[FastLoss(typeof(LanguageModel))]
public sealed class LanguageModelLoss(LanguageModel problem)
    : NetLoss(problem.Layers, problem.Vocabulary * problem.Embedding)
{
    private protected override NetInputs<double> Inputs(FeatureMatrix features) =>
        new EmbeddedInputs<double>(features, problem.Embedding);
}
