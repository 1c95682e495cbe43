using System.Numerics;
using ILGPU;

namespace AsyncOpt.Kernels.Gpu;

/// <summary>The samples on the device, and the net's shape.</summary>
/// <typeparam name="T">float or double.</typeparam>
struct NetViews<T>
    where T : unmanaged
{
    /// <summary>Samples (rows x columns).</summary>
    public ArrayView<T> Rows;
    public ArrayView<T> Labels;

    /// <summary>Inputs, hidden units of each layer, classes.</summary>
    public ArrayView<int> Sizes;

    /// <summary>Layers with parameters.</summary>
    public int Layers;

    /// <summary>1 for tanh, 0 for ReLU.</summary>
    public int IsTanh;
    public T Regularization;
}

/// <summary>
/// Gradients and local training of fully connected nets, a group per request; <c>DenseLayers</c> holds the definition.
/// </summary>
/// <remarks>
/// Room of a request, for a batch of B: units of the layers behind the inputs, layer after layer (B x units), of which
/// the last become derivatives; then as much for the derivatives of the others.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TScalar">The arithmetic of T.</typeparam>
/// <typeparam name="TStep">What becomes of the gradient.</typeparam>
static class NetKernels<T, TScalar, TStep>
    where T : unmanaged, INumber<T>
    where TScalar : struct, IScalar<T>
    where TStep : struct, IStep<T>
{
    // Samples, or units, that a work item takes at once: what it reads for one serves all.
    const int Tile = 4;

    /// <summary>A group per request.</summary>
    public static void Groups(BatchViews<T> batch, NetViews<T> net)
    {
        var head = batch.Heads[Grid.IdxX];
        var vectors = Vectors.Begin<T, GroupLanes>(Grid.IdxX, head, batch);
        Group.Barrier();
        var outputs = 0;
        for (var l = 1; l <= net.Layers; l++)
            outputs += net.Sizes[l];
        var units = batch.Scratch.SubView(head.Scratch, (long)head.Batch * outputs);
        var deltas = batch.Scratch.SubView(head.Scratch + ((long)head.Batch * outputs), (long)head.Batch * outputs);
        for (var step = 0; step < head.Steps; step++)
        {
            var samples = batch.Samples.SubView(head.FirstSample + (step * head.Stride), head.Batch);
            Forward(net, samples, vectors.Point, units);
            Backward(net, samples, vectors, units, deltas, batch.Numbers, batch.Factors[head.FirstFactors + step]);
        }
    }

    static void Forward(NetViews<T> net, ArrayView<int> samples, ArrayView<T> x, ArrayView<T> units)
    {
        var (weights, below, above) = (0, 0, 0);
        for (var l = 0; l < net.Layers; l++)
        {
            var (inputs, outputs) = (net.Sizes[l], net.Sizes[l + 1]);
            var w = x.SubView(weights, (inputs + 1) * outputs);
            var tiles = (samples.IntLength + Tile - 1) / Tile;
            for (var i = Group.IdxX; i < tiles * outputs; i += Group.DimX)
            {
                Sums(net, samples, units, w, l, below, i / outputs * Tile, i % outputs, above);
            }
            Group.Barrier();
            weights += (inputs + 1) * outputs;
            below = above;
            above += outputs;
        }
    }

    // z = b + W^T a of one unit for a tile of samples, and what the unit makes of it.
    static void Sums(
        NetViews<T> net, ArrayView<int> samples, ArrayView<T> units, ArrayView<T> w, int layer, int below, int first,
        int unit, int above)
    {
        var (inputs, outputs) = (net.Sizes[layer], net.Sizes[layer + 1]);
        var a0 = Inputs(net, samples, units, layer, below, first);
        var a1 = Inputs(net, samples, units, layer, below, first + 1);
        var a2 = Inputs(net, samples, units, layer, below, first + 2);
        var a3 = Inputs(net, samples, units, layer, below, first + 3);
        var z0 = w[(inputs * outputs) + unit];
        var (z1, z2, z3) = (z0, z0, z0);
        for (var i = 0; i < inputs; i++)
        {
            var weight = w[(i * outputs) + unit];
            z0 += a0[i] * weight;
            z1 += a1[i] * weight;
            z2 += a2[i] * weight;
            z3 += a3[i] * weight;
        }
        var isLast = layer == net.Layers - 1;
        var to = units.SubView((long)samples.IntLength * above, samples.IntLength * outputs);
        Put(net, to, isLast, first, outputs, unit, z0);
        Put(net, to, isLast, first + 1, outputs, unit, z1);
        Put(net, to, isLast, first + 2, outputs, unit, z2);
        Put(net, to, isLast, first + 3, outputs, unit, z3);
    }

    // The units below of a sample; of the last for samples beyond the batch, whose results nobody takes.
    static ArrayView<T> Inputs(
        NetViews<T> net, ArrayView<int> samples, ArrayView<T> units, int layer, int below, int sample)
    {
        var (b, size) = (sample < samples.IntLength ? sample : samples.IntLength - 1, net.Sizes[layer]);
        return layer == 0
            ? net.Rows.SubView((long)samples[b] * size, size)
            : units.SubView(((long)samples.IntLength * below) + ((long)b * size), size);
    }

    static void Put(NetViews<T> net, ArrayView<T> to, bool isLast, int sample, int outputs, int unit, T z)
    {
        if (((long)sample * outputs) + unit >= to.Length)
            return;
        if (!isLast)
            z = net.IsTanh != 0 ? Tanh(z) : z <= T.Zero ? T.Zero : z;
        to[((long)sample * outputs) + unit] = z;
    }

    static T Tanh(T z)
    {
        var two = T.One + T.One;
        return T.One - (two / (TScalar.Exp(two * z) + T.One));
    }

    static void Backward(
        NetViews<T> net, ArrayView<int> samples, StepVectors<T> vectors, ArrayView<T> units, ArrayView<T> deltas,
        StepNumbers<T> numbers, StepFactors<T> factors)
    {
        var count = samples.IntLength;
        var (weights, above) = (0, 0);
        for (var l = 0; l < net.Layers - 1; l++)
        {
            weights += (net.Sizes[l] + 1) * net.Sizes[l + 1];
            above += net.Sizes[l + 1];
        }
        var classes = net.Sizes[net.Layers];
        var delta = units.SubView((long)count * above, count * classes);
        Differentiate(net, samples, delta, classes);
        Group.Barrier();
        for (var l = net.Layers - 1; l >= 0; l--)
        {
            var (inputs, outputs) = (net.Sizes[l], net.Sizes[l + 1]);
            var below = above - inputs;
            var next = delta;
            if (l > 0)
            {
                next = deltas.SubView((long)count * below, count * inputs);
                Return(net, vectors.Point.SubView(weights, inputs * outputs), delta, next, units.SubView(
                    (long)count * below, count * inputs), inputs, outputs);
            }
            // Steps change the weights that the derivatives below need.
            Group.Barrier();
            for (var i = Group.IdxX; i < (inputs + Tile) / Tile * outputs; i += Group.DimX)
                Steps(net, samples, vectors, units, delta, l, below, weights, i, numbers, factors);
            Group.Barrier();
            delta = next;
            above = below;
            weights -= l > 0 ? (net.Sizes[l - 1] + 1) * inputs : 0;
        }
    }

    // The derivatives in the scores, over the number of samples, in the place of the scores.
    static void Differentiate(NetViews<T> net, ArrayView<int> samples, ArrayView<T> scores, int classes)
    {
        var weight = T.One / TScalar.Of(samples.IntLength);
        for (var b = Group.IdxX; b < samples.IntLength; b += Group.DimX)
        {
            SoftmaxLoss<T, TScalar>.Differentiate(
                scores.SubView((long)b * classes, classes), net.Labels[samples[b]], weight);
        }
    }

    // W delta, times the derivative of the units.
    static void Return(
        NetViews<T> net, ArrayView<T> w, ArrayView<T> delta, ArrayView<T> below, ArrayView<T> a, int inputs,
        int outputs)
    {
        for (var i = Group.IdxX; i < below.IntLength; i += Group.DimX)
        {
            var row = w.SubView(i % inputs * outputs, outputs);
            var from = delta.SubView((long)(i / inputs) * outputs, outputs);
            var sum = T.Zero;
            for (var o = 0; o < outputs; o++)
                sum += row[o] * from[o];
            var unit = a[i];
            below[i] = net.IsTanh != 0 ? (T.One - (unit * unit)) * sum : unit <= T.Zero ? T.Zero : sum;
        }
    }

    // Coordinates of one unit's weights from a tile of inputs; behind the last input stands the bias, which takes 1.
    static void Steps(
        NetViews<T> net, ArrayView<int> samples, StepVectors<T> vectors, ArrayView<T> units, ArrayView<T> delta,
        int layer, int below, int weights, int item, StepNumbers<T> numbers, StepFactors<T> factors)
    {
        var (inputs, outputs) = (net.Sizes[layer], net.Sizes[layer + 1]);
        var (first, unit) = (item / outputs * Tile, item % outputs);
        var (g0, g1, g2, g3) = (T.Zero, T.Zero, T.Zero, T.Zero);
        for (var b = 0; b < samples.IntLength; b++)
        {
            var a = Inputs(net, samples, units, layer, below, b);
            var d = delta[((long)b * outputs) + unit];
            g0 += Of(a, first) * d;
            g1 += Of(a, first + 1) * d;
            g2 += Of(a, first + 2) * d;
            g3 += Of(a, first + 3) * d;
        }
        var at = weights + (first * outputs) + unit;
        var rows = inputs + 1 - first;
        Take(net, vectors, at, g0, numbers, factors);
        if (rows > 1)
            Take(net, vectors, at + outputs, g1, numbers, factors);
        if (rows > 2)
            Take(net, vectors, at + (2 * outputs), g2, numbers, factors);
        if (rows > 3)
            Take(net, vectors, at + (3 * outputs), g3, numbers, factors);
    }

    static T Of(ArrayView<T> a, int i) => i < a.IntLength ? a[i] : T.One;

    static void Take(
        NetViews<T> net, StepVectors<T> vectors, int k, T gradient, StepNumbers<T> numbers, StepFactors<T> factors) =>
        TStep.Take(vectors, k, gradient + (net.Regularization * vectors.Point[k]), numbers, factors);
}
