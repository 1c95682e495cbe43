using System.Numerics;
using ILGPU;

namespace AsyncOpt.Kernels.Gpu;

/// <summary>A loss of the scores of one sample: what its gradient in them is.</summary>
/// <typeparam name="T">float or double.</typeparam>
interface ILoss<T>
    where T : unmanaged, INumber<T>
{
    /// <summary>Puts the derivatives in the scores, times a weight, in their place.</summary>
    /// <param name="scores">Shape (K), in and out.</param>
    /// <param name="label">The sample's label.</param>
    /// <param name="weight">The factor.</param>
    static abstract void Differentiate(ArrayView<T> scores, T label, T weight);
}

/// <summary>log(1 + exp(-y z)), y = -1 or 1.</summary>
struct LogisticLoss<T, TScalar> : ILoss<T>
    where T : unmanaged, INumber<T>
    where TScalar : struct, IScalar<T>
{
    public static void Differentiate(ArrayView<T> scores, T label, T weight)
    {
        var margin = label * scores[0];
        // exp of a negative number only: no overflow, whatever the margin.
        var isRight = margin > T.Zero;
        var tail = TScalar.Exp(isRight ? -margin : margin);
        scores[0] = -weight * label * (isRight ? tail : T.One) / (T.One + tail);
    }
}

/// <summary>(z - b)^2 / 2.</summary>
struct SquaredLoss<T, TScalar> : ILoss<T>
    where T : unmanaged, INumber<T>
    where TScalar : struct, IScalar<T>
{
    public static void Differentiate(ArrayView<T> scores, T label, T weight) =>
        scores[0] = weight * (scores[0] - label);
}

/// <summary>log(sum_c exp z_c) - z_y.</summary>
struct SoftmaxLoss<T, TScalar> : ILoss<T>
    where T : unmanaged, INumber<T>
    where TScalar : struct, IScalar<T>
{
    public static void Differentiate(ArrayView<T> scores, T label, T weight)
    {
        var classes = scores.IntLength;
        var top = scores[0];
        for (var c = 1; c < classes; c++)
            top = scores[c] > top ? scores[c] : top;
        var sum = T.Zero;
        for (var c = 0; c < classes; c++)
        {
            var e = TScalar.Exp(scores[c] - top);
            scores[c] = e;
            sum += e;
        }
        for (var c = 0; c < classes; c++)
            scores[c] = weight * (scores[c] / sum);
        var y = TScalar.Int(label);
        scores[y] = scores[y] - weight;
    }
}
