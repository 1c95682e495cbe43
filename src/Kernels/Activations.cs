using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using AsyncOpt.Core.Numerics;

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
            ExactMath.Exp(e, e);
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

    /// <summary>
    /// p_k = exp(z_k - max) / sum_j exp(z_j - max), in T: for many classes, where
    /// <see cref="RowKernels{T}.Softmax"/>, in double and in order, would take longer than the layers below. Two sums
    /// of a register each, whatever the length.
    /// </summary>
    /// <param name="z">Shape (K), at least one.</param>
    /// <param name="p">Shape (K), out; may be z.</param>
    /// <returns>log(sum_k exp(z_k)).</returns>
    public static double Softmax(ReadOnlySpan<T> z, Span<T> p)
    {
        var max = Max(z);
        var width = Vector256<T>.Count;
        var most = Vector256.Create(max);
        var (low, high) = (Vector256<T>.Zero, Vector256<T>.Zero);
        ref var from = ref MemoryMarshal.GetReference(z);
        ref var to = ref MemoryMarshal.GetReference(p[..z.Length]);
        var i = 0;
        for (; i + 2 * width <= z.Length; i += 2 * width)
        {
            var e = Exp(Vector256.LoadUnsafe(ref from, (nuint)i) - most);
            var f = Exp(Vector256.LoadUnsafe(ref from, (nuint)(i + width)) - most);
            e.StoreUnsafe(ref to, (nuint)i);
            f.StoreUnsafe(ref to, (nuint)(i + width));
            low += e;
            high += f;
        }
        Span<T> rest = stackalloc T[2 * width];
        rest.Fill(T.NegativeInfinity);
        z[i..].CopyTo(rest);
        var (last, beyond) = (Exp(Vector256.Create<T>(rest) - most), Exp(Vector256.Create<T>(rest[width..]) - most));
        last.CopyTo(rest);
        beyond.CopyTo(rest[width..]);
        rest[..(z.Length - i)].CopyTo(p[i..]);
        var sum = VectorMath<T>.Fold(low + last, high + beyond);
        VectorMath<T>.Scale(1 / sum, p);
        return double.CreateTruncating(max) + ExactMath.Log(sum);
    }

    static T Max(ReadOnlySpan<T> z)
    {
        var width = Vector256<T>.Count;
        if (z.Length < width)
        {
            var least = z[0];
            foreach (var v in z)
                least = v > least ? v : least;
            return least;
        }
        var most = Vector256.Create(z);
        for (var i = width; i + width <= z.Length; i += width)
            most = Vector256.MaxNative(most, Vector256.Create(z[i..]));
        most = Vector256.MaxNative(most, Vector256.Create(z[^width..]));
        var max = most[0];
        for (var lane = 1; lane < width; lane++)
            max = most[lane] > max ? most[lane] : max;
        return max;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<T> Exp(Vector256<T> x) => typeof(T) == typeof(double)
        ? ExactMath.Exp(x.AsDouble()).As<double, T>()
        : SingleExp.Exp(x.AsSingle()).As<float, T>();
}
