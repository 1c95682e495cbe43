using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Problems;

namespace AsyncOpt.Core.Optimizers;

/// <summary>
/// LAMB: Adam's direction plus decay, <c>r = mh / (sqrt(vh) + eps) + lambda x</c>, scaled in every layer to the length
/// of its weights: <c>x := x - eta (min(|x|, bound) / |r|) r</c> layer by layer. Where |x| or |r| is 0 the factor is 1.
/// </summary>
/// <remarks>
/// <c>mh = m / (1 - beta1^t), vh = v / (1 - beta2^t)</c>, the moments as in <see cref="Adam"/>. The layers are the
/// problem's blocks: weights and biases of a net apart; a problem without layers has one. Some implementations clip the
/// whole gradient to length 1 first, which <c>clip</c> does; the paper does not.
/// </remarks>
/// <param name="options">The moments, decay and bounds.</param>
[Optimizer("lamb", Source = "You et al., Large Batch Optimization for Deep Learning, ICLR 2020, algorithm 2")]
public sealed class Lamb(Lamb.Options options) : Optimizer
{
    /// <summary>Options of <see cref="Lamb"/>.</summary>
    public sealed record Options
    {
        /// <summary>The share of m that stays.</summary>
        [Range(0, 0.999999)]
        public double Beta1 { get; init; } = 0.9;

        /// <summary>The share of v that stays.</summary>
        [Range(0, 0.99999999)]
        public double Beta2 { get; init; } = 0.999;

        /// <summary>Added to the root.</summary>
        [Range(0, 1.0)]
        public double Epsilon { get; init; } = 1e-6;

        /// <summary>lambda.</summary>
        [Range(0, 1e3)]
        public double WeightDecay { get; init; }

        /// <summary>The greatest length of a layer's weights that counts.</summary>
        [Range(1e-9, 1e9)]
        public double Bound { get; init; } = 10;

        /// <summary>The length to which the whole gradient is cut before; 0 for none.</summary>
        [Range(0, 1e9)]
        public double Clip { get; init; }
    }

    readonly AdamMoments _moments = new(options.Beta1, options.Beta2, options.Epsilon, options.WeightDecay);

    /// <inheritdoc/>
    public override int States => 2;

    /// <inheritdoc/>
    public override void Step(in OptimizerStep<double> step)
    {
        double mean = _moments.MeanFactor(1, step.Number), root = _moments.RootFactor(step.Number);
        var length = options.Clip > 0 ? Norm(step.Gradient) : 0;
        var scale = length > options.Clip ? options.Clip / length : 1;
        var m = step.State0;
        var v = step.State1;
        for (var k = 0; k < m.Length; k++)
            _moments.Update(ref m[k], ref v[k], scale * step.Gradient[k]);
        if (step.Blocks.Count == 0)
            StepLayer(step, new ParameterBlock("all", 0, step.X.Length), mean, root);
        foreach (var layer in step.Blocks)
            StepLayer(step, layer, mean, root);
    }

    void StepLayer(in OptimizerStep<double> step, ParameterBlock layer, double mean, double root)
    {
        var x = step.X.Slice(layer.Offset, layer.Length);
        var m = step.State0.Slice(layer.Offset, layer.Length);
        var v = step.State1.Slice(layer.Offset, layer.Length);
        double Direction(int k, ReadOnlySpan<double> x, ReadOnlySpan<double> m, ReadOnlySpan<double> v) =>
            (mean * m[k] / ((root * Math.Sqrt(v[k])) + _moments.Epsilon)) + (_moments.WeightDecay * x[k]);
        double squares = 0;
        for (var k = 0; k < x.Length; k++)
        {
            var r = Direction(k, x, m, v);
            squares += r * r;
        }
        double weights = Norm(x), directions = Math.Sqrt(squares);
        var trust = weights > 0 && directions > 0 ? Math.Min(weights, options.Bound) / directions : 1;
        for (var k = 0; k < x.Length; k++)
            x[k] -= step.Rate * trust * Direction(k, x, m, v);
    }

    static double Norm(ReadOnlySpan<double> x)
    {
        double sum = 0;
        foreach (var value in x)
            sum += value * value;
        return Math.Sqrt(sum);
    }
}
