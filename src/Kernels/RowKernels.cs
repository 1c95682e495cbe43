using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Kernels;

/// <summary>
/// One data row against a model: what generalized linear models are made of. Same bits as
/// <see cref="RowKernelsReference{T}"/>, which holds the definitions.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public static class RowKernels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Up to here the exponentials of a softmax lie on the stack.
    const int OnStack = 256;

    /// <summary>scores_k = W_k . row, each rounded to T.</summary>
    /// <param name="w">Shape (K, d), row by row.</param>
    /// <param name="row">Shape (d).</param>
    /// <param name="scores">Shape (K), out.</param>
    public static void DotMany(ReadOnlySpan<T> w, ReadOnlySpan<T> row, Span<T> scores)
    {
        var d = row.Length;
        var k = 0;
        // Two rows at a time: four independent chains of additions instead of two hide their latency.
        for (; k + 2 <= scores.Length; k += 2)
            (scores[k], scores[k + 1]) = DotPair(w.Slice(k * d, d), w.Slice((k + 1) * d, d), row);
        if (k < scores.Length)
            scores[k] = T.CreateTruncating(VectorMath<T>.Dot(w.Slice(k * d, d), row));
    }

    /// <summary>W_k += c_k row.</summary>
    /// <param name="coefficients">Shape (K): c.</param>
    /// <param name="row">Shape (d).</param>
    /// <param name="w">Shape (K, d), row by row, in and out.</param>
    public static void Rank1Add(ReadOnlySpan<T> coefficients, ReadOnlySpan<T> row, Span<T> w)
    {
        for (var k = 0; k < coefficients.Length; k++)
            VectorMath<T>.Axpy(double.CreateTruncating(coefficients[k]), row, w.Slice(k * row.Length, row.Length));
    }

    /// <summary>The sum of values_e x[columns_e]; entry e of the row goes to lane e mod L.</summary>
    /// <param name="columns">Shape (entries).</param>
    /// <param name="values">Shape (entries).</param>
    /// <param name="x">Shape (d).</param>
    public static double SparseDot(ReadOnlySpan<int> columns, ReadOnlySpan<T> values, ReadOnlySpan<T> x)
    {
        var width = Vector256<T>.Count;
        values = values[..columns.Length];
        var (low, high) = (Vector256<T>.Zero, Vector256<T>.Zero);
        Span<T> gathered = stackalloc T[width];
        var e = 0;
        for (; e + 2 * width <= columns.Length; e += 2 * width)
        {
            low += Vector256.Create(values[e..]) * Gather(columns[e..], x);
            high += Vector256.Create(values[(e + width)..]) * Gather(columns[(e + width)..], x);
        }
        if (e + width <= columns.Length)
        {
            low += Vector256.Create(values[e..]) * Gather(columns[e..], x);
            e += width;
            if (e < columns.Length)
                high += Part(columns[e..], values[e..], x, gathered);
        }
        else if (e < columns.Length)
        {
            low += Part(columns[e..], values[e..], x, gathered);
        }
        return VectorMath<T>.Fold(low, high);
    }

    /// <summary>x[columns_e] += a values_e, entry by entry.</summary>
    /// <param name="a">A scalar, rounded to T once.</param>
    /// <param name="columns">Shape (entries).</param>
    /// <param name="values">Shape (entries).</param>
    /// <param name="x">Shape (d), in and out.</param>
    public static void SparseAxpy(double a, ReadOnlySpan<int> columns, ReadOnlySpan<T> values, Span<T> x)
    {
        var scale = T.CreateTruncating(a);
        for (var e = 0; e < columns.Length; e++)
            x[columns[e]] += scale * values[e];
    }

    /// <summary>log(sum_k exp(s_k)) = max + log(sum_k exp(s_k - max)), in double, summed in order.</summary>
    /// <param name="scores">Shape (K), at least one.</param>
    [SkipLocalsInit]
    public static double LogSumExp(ReadOnlySpan<T> scores)
    {
        var rented = scores.Length > OnStack ? ArrayPool<double>.Shared.Rent(scores.Length) : null;
        var exponentials = rented is null ? stackalloc double[OnStack] : rented;
        var max = Exponentials(scores, exponentials[..scores.Length], out var sum);
        if (rented is not null)
            ArrayPool<double>.Shared.Return(rented);
        return max + ExactMath.Log(sum);
    }

    /// <summary>
    /// p_k = exp(s_k - max) / sum_j exp(s_j - max), in double, summed in order, rounded to T at the end.
    /// </summary>
    /// <param name="scores">Shape (K), at least one.</param>
    /// <param name="probabilities">Shape (K), out; may be the scores.</param>
    /// <returns>log(sum_k exp(s_k)), as <see cref="LogSumExp"/> gives it.</returns>
    [SkipLocalsInit]
    public static double Softmax(ReadOnlySpan<T> scores, Span<T> probabilities)
    {
        var rented = scores.Length > OnStack ? ArrayPool<double>.Shared.Rent(scores.Length) : null;
        var exponentials = rented is null ? stackalloc double[OnStack] : rented;
        exponentials = exponentials[..scores.Length];
        var max = Exponentials(scores, exponentials, out var sum);
        for (var k = 0; k < exponentials.Length; k++)
            probabilities[k] = T.CreateTruncating(exponentials[k] / sum);
        if (rented is not null)
            ArrayPool<double>.Shared.Return(rented);
        return max + ExactMath.Log(sum);
    }

    /// <summary>exp(s_k - max) for every k; returns the maximum.</summary>
    static double Exponentials(ReadOnlySpan<T> scores, Span<double> exponentials, out double sum)
    {
        var most = T.NegativeInfinity;
        foreach (var score in scores)
            most = T.Max(most, score);
        var max = double.CreateTruncating(most);
        for (var k = 0; k < scores.Length; k++)
            exponentials[k] = double.CreateTruncating(scores[k]) - max;
        ExactMath.Exp(exponentials, exponentials);
        sum = 0;
        foreach (var exponential in exponentials)
            sum += exponential;
        return max;
    }

    static (T A, T B) DotPair(ReadOnlySpan<T> a, ReadOnlySpan<T> b, ReadOnlySpan<T> row)
    {
        ref var p = ref MemoryMarshal.GetReference(a);
        ref var q = ref MemoryMarshal.GetReference(b);
        ref var r = ref MemoryMarshal.GetReference(row);
        var (lowA, highA) = (Vector256<T>.Zero, Vector256<T>.Zero);
        var (lowB, highB) = (Vector256<T>.Zero, Vector256<T>.Zero);
        nuint i = 0, n = (nuint)row.Length, width = (nuint)Vector256<T>.Count;
        for (; i + 2 * width <= n; i += 2 * width)
        {
            var x = Vector256.LoadUnsafe(ref r, i);
            var y = Vector256.LoadUnsafe(ref r, i + width);
            lowA += Vector256.LoadUnsafe(ref p, i) * x;
            highA += Vector256.LoadUnsafe(ref p, i + width) * y;
            lowB += Vector256.LoadUnsafe(ref q, i) * x;
            highB += Vector256.LoadUnsafe(ref q, i + width) * y;
        }
        var whole = i + width <= n;
        if (whole)
        {
            var x = Vector256.LoadUnsafe(ref r, i);
            lowA += Vector256.LoadUnsafe(ref p, i) * x;
            lowB += Vector256.LoadUnsafe(ref q, i) * x;
            i += width;
        }
        if (i < n)
        {
            var x = VectorMath<T>.LoadPart(ref r, i, n - i);
            var (partA, partB) =
                (VectorMath<T>.LoadPart(ref p, i, n - i) * x, VectorMath<T>.LoadPart(ref q, i, n - i) * x);
            // Zeros as good as nothing: a lane that starts at +0 is never -0.
            highA += whole ? partA : Vector256<T>.Zero;
            highB += whole ? partB : Vector256<T>.Zero;
            lowA += whole ? Vector256<T>.Zero : partA;
            lowB += whole ? Vector256<T>.Zero : partB;
        }
        var (sumA, sumB) = (VectorMath<T>.Fold(lowA, highA), VectorMath<T>.Fold(lowB, highB));
        return (T.CreateTruncating(sumA), T.CreateTruncating(sumB));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<T> Gather(ReadOnlySpan<int> c, ReadOnlySpan<T> x)
    {
        if (typeof(T) == typeof(double))
        {
            var d = MemoryMarshal.Cast<T, double>(x);
            return Vector256.Create(d[c[0]], d[c[1]], d[c[2]], d[c[3]]).As<double, T>();
        }
        var f = MemoryMarshal.Cast<T, float>(x);
        return Vector256.Create(f[c[0]], f[c[1]], f[c[2]], f[c[3]], f[c[4]], f[c[5]], f[c[6]], f[c[7]]).As<float, T>();
    }

    static Vector256<T> Part(ReadOnlySpan<int> columns, ReadOnlySpan<T> values, ReadOnlySpan<T> x, Span<T> terms)
    {
        terms.Clear();
        for (var e = 0; e < columns.Length; e++)
            terms[e] = values[e] * x[columns[e]];
        return Vector256.Create<T>(terms);
    }
}
