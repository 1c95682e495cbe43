using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AsyncOpt.Kernels;

/// <summary>What the units of neural nets make of their sums, and the derivatives.</summary>
/// <typeparam name="T">float or double.</typeparam>
public static class Activations<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Numbers of tanh that are widened at a time.
    const int Chunk = 128;

    /// <summary>z = max(z, 0); NaN stays.</summary>
    /// <param name="z">Shape (n), in and out.</param>
    public static void Relu(Span<T> z)
    {
        ref var p = ref MemoryMarshal.GetReference(z);
        nuint i = 0, n = (nuint)z.Length, width = (nuint)Vector256<T>.Count;
        for (; i + width <= n; i += width)
        {
            var v = Vector256.LoadUnsafe(ref p, i);
            Vector256.AndNot(v, Vector256.LessThanOrEqual(v, Vector256<T>.Zero)).StoreUnsafe(ref p, i);
        }
        foreach (ref var v in z[(int)i..])
            v = v <= T.Zero ? T.Zero : v;
    }

    /// <summary>delta = 0 where a is 0 or less: the derivative of ReLU by its value a, times delta.</summary>
    /// <param name="a">Shape (n).</param>
    /// <param name="delta">Shape (n), in and out.</param>
    public static void ReluBack(ReadOnlySpan<T> a, Span<T> delta)
    {
        ref var p = ref MemoryMarshal.GetReference(a[..delta.Length]);
        ref var q = ref MemoryMarshal.GetReference(delta);
        nuint i = 0, n = (nuint)delta.Length, width = (nuint)Vector256<T>.Count;
        for (; i + width <= n; i += width)
        {
            var off = Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref p, i), Vector256<T>.Zero);
            Vector256.AndNot(Vector256.LoadUnsafe(ref q, i), off).StoreUnsafe(ref q, i);
        }
        for (var j = (int)i; j < delta.Length; j++)
            delta[j] = a[j] <= T.Zero ? T.Zero : delta[j];
    }

    /// <summary>z = tanh z = 1 - 2 / (exp(2 z) + 1), in double, rounded to T at the end.</summary>
    /// <param name="z">Shape (n), in and out.</param>
    public static void Tanh(Span<T> z)
    {
        Span<double> wide = stackalloc double[Chunk];
        for (var first = 0; first < z.Length; first += Chunk)
        {
            var part = z.Slice(first, Math.Min(Chunk, z.Length - first));
            var e = wide[..part.Length];
            for (var i = 0; i < part.Length; i++)
                e[i] = 2 * double.CreateTruncating(part[i]);
            VectorExp.Exp(e, e);
            for (var i = 0; i < part.Length; i++)
                part[i] = T.CreateTruncating(1 - 2 / (e[i] + 1));
        }
    }

    /// <summary>delta = (1 - a^2) delta: the derivative of tanh by its value a, times delta.</summary>
    /// <param name="a">Shape (n).</param>
    /// <param name="delta">Shape (n), in and out.</param>
    public static void TanhBack(ReadOnlySpan<T> a, Span<T> delta)
    {
        for (var i = 0; i < delta.Length; i++)
            delta[i] = (T.One - a[i] * a[i]) * delta[i];
    }
}
