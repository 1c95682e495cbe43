using System.Numerics;
using AsyncOpt.Core.Problems.Nets;

namespace AsyncOpt.Kernels.Oracles;

/// <summary>
/// Fully connected layers over a batch, as products of matrices: <see cref="DenseLayers"/> holds the definition. Units
/// of all layers lie one layer after the other, each layer row by row (batch x units).
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="layers">The layers.</param>
sealed class DenseNet<T>(DenseLayers layers)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Units of all samples that are in memory at once: 8 or 16 MiB of them, and as much of derivatives.
    const int UnitsMax = 1 << 21;

    [ThreadStatic]
    static T[]? _scratch;

    readonly int[] _sizes = [.. layers.Sizes];
    readonly int _units = layers.Sizes.Sum();

    /// <summary>Samples at once, by the shape alone: more go one block after the other.</summary>
    public int RowsMax { get; } = Math.Clamp(UnitsMax / layers.Sizes.Sum(), 16, 128);

    /// <summary>The number of inputs.</summary>
    public int Inputs => _sizes[0];

    /// <summary>The number of classes.</summary>
    public int Classes => _sizes[^1];

    /// <summary>Room of this thread for the units of a batch, and for as many derivatives.</summary>
    /// <param name="rows">Samples, at most <see cref="RowsMax"/>.</param>
    /// <param name="deltas">Receives the room for the derivatives.</param>
    public Span<T> Units(int rows, out Span<T> deltas)
    {
        var length = rows * _units;
        if (_scratch is null || _scratch.Length < 2 * length)
            _scratch = new T[2 * length];
        deltas = _scratch.AsSpan(length, length);
        return _scratch.AsSpan(0, length);
    }

    /// <summary>The scores of a batch: the last units (batch x classes).</summary>
    public Span<T> Scores(Span<T> units, int rows) => units[^(rows * Classes)..];

    /// <summary>Computes all units from the inputs, which the first units hold.</summary>
    /// <param name="x">The layers' parameters.</param>
    /// <param name="rows">Samples.</param>
    /// <param name="units">Inputs in, all units out.</param>
    public void Forward(ReadOnlySpan<T> x, int rows, Span<T> units)
    {
        var at = 0;
        for (var l = 0; l < layers.Count; l++)
        {
            var (inputs, outputs) = (_sizes[l], _sizes[l + 1]);
            var z = units.Slice(at + rows * inputs, rows * outputs);
            var biases = x.Slice(layers.Biases(l), outputs);
            for (var row = 0; row < rows; row++)
                biases.CopyTo(z[(row * outputs)..]);
            MatrixKernels<T>.Multiply(
                rows, outputs, inputs, units.Slice(at, rows * inputs), x[layers.Weights(l)..], z, accumulate: true);
            if (l < layers.Count - 1)
                Activate(z);
            at += rows * inputs;
        }
    }

    /// <summary>Adds up the gradients of each of some batches of one size.</summary>
    /// <param name="x">The layers' parameters.</param>
    /// <param name="batches">Batches, one after the other in the units.</param>
    /// <param name="rows">Samples of each.</param>
    /// <param name="units">All units.</param>
    /// <param name="deltas">
    /// The derivatives in the scores, in the place of the scores, in; those of hidden layers, and of the inputs where
    /// they are asked for, out.
    /// </param>
    /// <param name="gradients">The layers' gradient of each batch, out.</param>
    /// <param name="stride">From the gradient of a batch to that of the next.</param>
    /// <param name="accumulate">Whether they are added to.</param>
    /// <param name="inputs">Whether the derivatives in the inputs are asked for.</param>
    public void Backward(
        ReadOnlySpan<T> x, int batches, int rows, ReadOnlySpan<T> units, Span<T> deltas, Span<T> gradients, int stride,
        bool accumulate, bool inputs)
    {
        var (end, all) = (units.Length, batches * rows);
        for (var l = layers.Count - 1; l >= 0; l--)
        {
            var (below, above) = (_sizes[l], _sizes[l + 1]);
            var delta = deltas.Slice(end - all * above, all * above);
            end -= all * above;
            var a = units.Slice(end - all * below, all * below);
            for (var b = 0; b < batches; b++)
            {
                var own = delta.Slice(b * rows * above, rows * above);
                var gradient = gradients[(b * stride)..];
                MatrixKernels<T>.TransposedMultiply(
                    below, above, rows, a.Slice(b * rows * below, rows * below), own,
                    gradient.Slice(layers.Weights(l), below * above), accumulate);
                AddRows(own, gradient.Slice(layers.Biases(l), above), accumulate);
            }
            if (l == 0 && !inputs)
                return;
            var next = deltas.Slice(end - all * below, all * below);
            MatrixKernels<T>.MultiplyTransposed(all, below, above, delta, x[layers.Weights(l)..], next);
            if (l > 0)
                Return(a, next);
        }
    }

    static void AddRows(ReadOnlySpan<T> rows, Span<T> sum, bool accumulate)
    {
        if (!accumulate)
            sum.Clear();
        for (var first = 0; first < rows.Length; first += sum.Length)
            VectorMath<T>.Add(rows.Slice(first, sum.Length), sum);
    }

    void Activate(Span<T> z)
    {
        if (layers.Activation == Activation.Relu)
            Activations<T>.Relu(z);
        else
            Activations<T>.Tanh(z);
    }

    void Return(ReadOnlySpan<T> a, Span<T> delta)
    {
        if (layers.Activation == Activation.Relu)
            Activations<T>.ReluBack(a, delta);
        else
            Activations<T>.TanhBack(a, delta);
    }
}
