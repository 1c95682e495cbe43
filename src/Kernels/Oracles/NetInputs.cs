using System.Numerics;
using AsyncOpt.Core.Data;

namespace AsyncOpt.Kernels.Oracles;

/// <summary>What a net's first layer takes of a batch.</summary>
/// <typeparam name="T">float or double.</typeparam>
abstract class NetInputs<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether inputs depend on parameters, so that derivatives in them are needed.</summary>
    public virtual bool HasParameters => false;

    /// <summary>The inputs of samples.</summary>
    /// <param name="rows">The samples.</param>
    /// <param name="x">All parameters of the problem.</param>
    /// <param name="inputs">Out: samples x inputs.</param>
    public abstract void Gather(ReadOnlySpan<int> rows, ReadOnlySpan<T> x, Span<T> inputs);

    /// <summary>Adds the derivatives in the inputs to those in the parameters they come from.</summary>
    /// <param name="rows">The samples.</param>
    /// <param name="deltas">Samples x inputs.</param>
    /// <param name="gradient">The gradient in all parameters of the problem, in and out.</param>
    public virtual void Scatter(ReadOnlySpan<int> rows, ReadOnlySpan<T> deltas, Span<T> gradient)
    {
    }
}

/// <summary>The features themselves.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="features">The table.</param>
sealed class FeatureInputs<T>(FeatureMatrix features) : NetInputs<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly Rows<T> _rows = new(features);

    /// <inheritdoc />
    public override void Gather(ReadOnlySpan<int> rows, ReadOnlySpan<T> x, Span<T> inputs) =>
        _rows.Gather(rows, inputs);
}

/// <summary>Rows of an embedding matrix side by side, one for each token among the features.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="features">The tokens: samples x context.</param>
/// <param name="size">The length of an embedding; the matrix is the first of the parameters.</param>
sealed class EmbeddedInputs<T>(FeatureMatrix features, int size) : NetInputs<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly double[] _tokens = features.Values;
    readonly int _context = features.Columns;

    /// <inheritdoc />
    public override bool HasParameters => true;

    /// <inheritdoc />
    public override void Gather(ReadOnlySpan<int> rows, ReadOnlySpan<T> x, Span<T> inputs)
    {
        foreach (var row in rows)
        {
            for (var c = 0; c < _context; c++)
            {
                x.Slice((int)_tokens[row * _context + c] * size, size).CopyTo(inputs);
                inputs = inputs[size..];
            }
        }
    }

    /// <inheritdoc />
    public override void Scatter(ReadOnlySpan<int> rows, ReadOnlySpan<T> deltas, Span<T> gradient)
    {
        foreach (var row in rows)
        {
            for (var c = 0; c < _context; c++)
            {
                VectorMath<T>.Add(deltas[..size], gradient.Slice((int)_tokens[row * _context + c] * size, size));
                deltas = deltas[size..];
            }
        }
    }
}
