using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Problems.Nets;

/// <summary>What a hidden unit makes of its sum z.</summary>
public enum Activation
{
    /// <summary>max(z, 0); its derivative at 0 is taken as 0.</summary>
    Relu,

    /// <summary>tanh z.</summary>
    Tanh,
}

/// <summary>
/// Fully connected layers with a softmax at the end, in plain scalar form. Layer l takes a_(l-1) to
/// <c>z_l = W_l^T a_(l-1) + b_l</c>, a hidden layer then to <c>a_l = activation(z_l)</c>; the last z are the scores,
/// the loss of class y is <c>log(sum_c exp z_c) - z_y</c>. Parameters, layer after layer: W_l (inputs x outputs,
/// row-major), b_l (outputs).
/// </summary>
public sealed class DenseLayers
{
    [ThreadStatic]
    static double[]? _scratch;

    readonly int[] _sizes;
    readonly int[] _start;
    readonly int _units;

    /// <summary>Takes the shape.</summary>
    /// <param name="sizes">Inputs, hidden units of each layer, classes: at least two numbers.</param>
    /// <param name="activation">Of the hidden units.</param>
    public DenseLayers(int[] sizes, Activation activation)
    {
        (_sizes, Activation) = (sizes, activation);
        _start = new int[sizes.Length];
        for (var l = 1; l < sizes.Length; l++)
            _start[l] = checked(_start[l - 1] + (sizes[l - 1] + 1) * sizes[l]);
        _units = sizes.Sum();
    }

    /// <summary>Inputs, hidden units of each layer, classes.</summary>
    public IReadOnlyList<int> Sizes => _sizes;

    /// <summary>Of the hidden units.</summary>
    public Activation Activation { get; }

    /// <summary>The number of layers with parameters.</summary>
    public int Count => _sizes.Length - 1;

    /// <summary>The number of parameters.</summary>
    public int Parameters => _start[^1];

    /// <summary>Where W_l begins.</summary>
    /// <param name="layer">From 0.</param>
    public int Weights(int layer) => _start[layer];

    /// <summary>Where b_l begins.</summary>
    /// <param name="layer">From 0.</param>
    public int Biases(int layer) => _start[layer] + _sizes[layer] * _sizes[layer + 1];

    /// <summary>Weights and biases of each layer.</summary>
    /// <param name="offset">Where the layers' parameters begin among all.</param>
    public IEnumerable<ParameterBlock> Blocks(int offset = 0)
    {
        for (var l = 0; l < Count; l++)
        {
            yield return new($"layer {l + 1} weights", offset + Weights(l), _sizes[l] * _sizes[l + 1]);
            yield return new($"layer {l + 1} biases", offset + Biases(l), _sizes[l + 1]);
        }
    }

    /// <summary>
    /// Draws weights: normal with variance 2 / inputs into ReLU units (He et al., ICCV 2015), else
    /// 2 / (inputs + outputs) (Glorot and Bengio, AISTATS 2010). Biases are 0.
    /// </summary>
    /// <param name="draws">Where the numbers come from.</param>
    /// <param name="x">Receives the parameters.</param>
    public void Initialize(ref DrawSequence draws, Span<double> x)
    {
        x[..Parameters].Clear();
        for (var l = 0; l < Count; l++)
        {
            var isRelu = l < Count - 1 && Activation == Activation.Relu;
            var deviation = Math.Sqrt(2.0 / (isRelu ? _sizes[l] : _sizes[l] + _sizes[l + 1]));
            foreach (ref var w in x[Weights(l)..Biases(l)])
                w = deviation * draws.Normal();
        }
    }

    /// <summary>The loss of one sample; adds its gradient times a weight where there is room for it.</summary>
    /// <param name="x">The parameters.</param>
    /// <param name="input">The inputs.</param>
    /// <param name="label">The class.</param>
    /// <param name="weight">The gradients' factor.</param>
    /// <param name="gradient">As many as parameters, or empty.</param>
    /// <param name="inputGradient">The gradient in the inputs is added to it; as many as inputs, or empty.</param>
    public double Loss(
        ReadOnlySpan<double> x, ReadOnlySpan<double> input, int label, double weight, Span<double> gradient,
        Span<double> inputGradient)
    {
        var units = Forward(x, input);
        var p = units[^_sizes[^1]..];
        var top = double.NegativeInfinity;
        foreach (var score in p)
            top = Math.Max(top, score);
        var (sum, own) = (0.0, p[label] - top);
        foreach (ref var score in p)
            sum += score = ExactMath.Exp(score - top);
        if (!gradient.IsEmpty)
        {
            for (var c = 0; c < p.Length; c++)
                p[c] = weight * (p[c] / sum - (c == label ? 1 : 0));
            Backward(x, units, gradient, inputGradient);
        }
        return ExactMath.Log(sum) - own;
    }

    /// <summary>The class of the largest score; of equal scores the first.</summary>
    /// <param name="x">The parameters.</param>
    /// <param name="input">The inputs.</param>
    public int Best(ReadOnlySpan<double> x, ReadOnlySpan<double> input)
    {
        var scores = Forward(x, input)[^_sizes[^1]..];
        var best = 0;
        for (var c = 1; c < scores.Length; c++)
            best = scores[c] > scores[best] ? c : best;
        return best;
    }

    // All units, layer after layer; room for as many derivatives lies behind them.
    Span<double> Forward(ReadOnlySpan<double> x, ReadOnlySpan<double> input)
    {
        if (_scratch is null || _scratch.Length < 2 * _units)
            _scratch = new double[2 * _units];
        var units = _scratch.AsSpan(0, _units);
        input.CopyTo(units);
        var at = 0;
        for (var l = 0; l < Count; l++)
        {
            var (inputs, outputs) = (_sizes[l], _sizes[l + 1]);
            var a = units.Slice(at, inputs);
            var z = units.Slice(at + inputs, outputs);
            x.Slice(Biases(l), outputs).CopyTo(z);
            for (var i = 0; i < inputs; i++)
            {
                if (a[i] == 0)
                    continue;
                var w = x.Slice(Weights(l) + i * outputs, outputs);
                for (var o = 0; o < outputs; o++)
                    z[o] += a[i] * w[o];
            }
            if (l < Count - 1)
                Activate(z);
            at += inputs;
        }
        return units;
    }

    void Activate(Span<double> z)
    {
        foreach (ref var unit in z)
            unit = Activation == Activation.Relu ? Math.Max(unit, 0) : 1 - 2 / (ExactMath.Exp(2 * unit) + 1);
    }

    // The last units hold the derivatives in the scores. Those of other layers go behind the units.
    void Backward(
        ReadOnlySpan<double> x, ReadOnlySpan<double> units, Span<double> gradient, Span<double> inputGradient)
    {
        var rest = _scratch.AsSpan(_units, _units);
        var at = _units - _sizes[^1];
        ReadOnlySpan<double> delta = units[at..];
        for (var l = Count - 1; l >= 0; l--)
        {
            var (inputs, outputs) = (_sizes[l], _sizes[l + 1]);
            at -= inputs;
            var a = units.Slice(at, inputs);
            var below = rest.Slice(at, inputs);
            for (var o = 0; o < outputs; o++)
                gradient[Biases(l) + o] += delta[o];
            for (var i = 0; i < inputs; i++)
            {
                var at0 = Weights(l) + i * outputs;
                below[i] = Derivative(l, a[i]) * Row(x.Slice(at0, outputs), a[i], delta, gradient.Slice(at0, outputs));
            }
            delta = below;
        }
        for (var i = 0; i < inputGradient.Length; i++)
            inputGradient[i] += delta[i];
    }

    // One row of W: adds a delta to its gradient, returns W . delta.
    static double Row(ReadOnlySpan<double> w, double a, ReadOnlySpan<double> delta, Span<double> gradient)
    {
        var sum = 0.0;
        for (var o = 0; o < w.Length; o++)
        {
            gradient[o] += a * delta[o];
            sum += w[o] * delta[o];
        }
        return sum;
    }

    // The activation's derivative from its value; inputs have none.
    double Derivative(int layer, double a) =>
        layer == 0 ? 1 : Activation == Activation.Relu ? (a > 0 ? 1 : 0) : 1 - a * a;
}
