using AsyncOpt.Core.Problems;

namespace AsyncOpt.Kernels.Oracles;

/// <summary>Sums of losses and gradients of a fully connected net over many samples.</summary>
/// <param name="problem">The problem, built.</param>
[FastLoss(typeof(MlpClassification))]
public sealed class MlpLoss(MlpClassification problem) : FastLoss
{
    readonly DenseNet<double> _net = new(problem.Layers);

    /// <inheritdoc />
    public override double Sum(in LossSamples samples, Span<double> gradient, out int right)
    {
        var sum = 0.0;
        right = 0;
        var rows = new Rows<double>(samples.Features);
        for (var first = 0; first < samples.Rows.Length; first += DenseNet<double>.RowsMax)
        {
            var count = Math.Min(DenseNet<double>.RowsMax, samples.Rows.Length - first);
            var units = _net.Units(count, out var deltas);
            rows.Gather(samples.Rows.Slice(first, count), units);
            _net.Forward(samples.Point, count, units);
            sum += Losses.Sum(samples, first, _net.Classes, _net.Scores(units, count), _net.Scores(deltas, count), ref right);
            if (!gradient.IsEmpty)
                _net.Backward(samples.Point, count, units, deltas, gradient, accumulate: true, inputs: false);
        }
        return sum;
    }
}
