using System.Numerics;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Kernels;

/// <summary>
/// What every kernel of <see cref="RowKernels{T}"/> computes, in plain scalar form: the definition for all others.
/// Lanes are those of <see cref="VectorMathReference{T}"/>.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public static class RowKernelsReference<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>scores_k = W_k . row, each rounded to T.</summary>
    /// <param name="w">Shape (K, d), row by row.</param>
    /// <param name="row">Shape (d).</param>
    /// <param name="scores">Shape (K), out.</param>
    public static void DotMany(ReadOnlySpan<T> w, ReadOnlySpan<T> row, Span<T> scores)
    {
        for (var k = 0; k < scores.Length; k++)
            scores[k] = T.CreateTruncating(VectorMathReference<T>.Dot(w.Slice(k * row.Length, row.Length), row));
    }

    /// <summary>W_k += c_k row.</summary>
    /// <param name="coefficients">Shape (K): c.</param>
    /// <param name="row">Shape (d).</param>
    /// <param name="w">Shape (K, d), row by row, in and out.</param>
    public static void Rank1Add(ReadOnlySpan<T> coefficients, ReadOnlySpan<T> row, Span<T> w)
    {
        for (var k = 0; k < coefficients.Length; k++)
            for (var i = 0; i < row.Length; i++)
                w[k * row.Length + i] += coefficients[k] * row[i];
    }

    /// <summary>The sum of values_e x[columns_e]; entry e of the row goes to lane e mod L.</summary>
    /// <param name="columns">Shape (entries).</param>
    /// <param name="values">Shape (entries).</param>
    /// <param name="x">Shape (d).</param>
    public static double SparseDot(ReadOnlySpan<int> columns, ReadOnlySpan<T> values, ReadOnlySpan<T> x)
    {
        Span<T> lanes = stackalloc T[VectorMathReference<T>.Lanes];
        for (var e = 0; e < columns.Length; e++)
            lanes[e % lanes.Length] += values[e] * x[columns[e]];
        return VectorMathReference<T>.Fold(lanes);
    }

    /// <summary>x[columns_e] += a values_e, entry by entry.</summary>
    /// <param name="a">A scalar, rounded to T once.</param>
    /// <param name="columns">Shape (entries).</param>
    /// <param name="values">Shape (entries).</param>
    /// <param name="x">Shape (d), in and out.</param>
    public static void SparseAxpy(double a, ReadOnlySpan<int> columns, ReadOnlySpan<T> values, Span<T> x)
    {
        for (var e = 0; e < columns.Length; e++)
            x[columns[e]] += T.CreateTruncating(a) * values[e];
    }

    /// <summary>log(sum_k exp(s_k)) = max + log(sum_k exp(s_k - max)), in double, summed in order.</summary>
    /// <param name="scores">Shape (K), at least one.</param>
    public static double LogSumExp(ReadOnlySpan<T> scores)
    {
        var max = Max(scores);
        var sum = 0.0;
        foreach (var score in scores)
            sum += ExactMath.Exp(double.CreateTruncating(score) - max);
        return max + ExactMath.Log(sum);
    }

    /// <summary>
    /// p_k = exp(s_k - max) / sum_j exp(s_j - max), in double, summed in order, rounded to T at the end.
    /// </summary>
    /// <param name="scores">Shape (K), at least one.</param>
    /// <param name="probabilities">Shape (K), out; may be the scores.</param>
    /// <returns>log(sum_k exp(s_k)), as <see cref="LogSumExp"/> gives it.</returns>
    public static double Softmax(ReadOnlySpan<T> scores, Span<T> probabilities)
    {
        var max = Max(scores);
        var exponentials = new double[scores.Length];
        var sum = 0.0;
        for (var k = 0; k < scores.Length; k++)
            sum += exponentials[k] = ExactMath.Exp(double.CreateTruncating(scores[k]) - max);
        for (var k = 0; k < scores.Length; k++)
            probabilities[k] = T.CreateTruncating(exponentials[k] / sum);
        return max + ExactMath.Log(sum);
    }

    static double Max(ReadOnlySpan<T> scores)
    {
        var max = T.NegativeInfinity;
        foreach (var score in scores)
            max = T.Max(max, score);
        return double.CreateTruncating(max);
    }
}
