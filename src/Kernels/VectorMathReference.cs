using System.Numerics;

namespace AsyncOpt.Kernels;

/// <summary>
/// What every kernel of <see cref="VectorMath{T}"/> computes, one element after the other: the definition to which
/// SIMD and device kernels are held, bit for bit.
/// </summary>
/// <remarks>
/// Elementwise operations round after each multiplication and each addition; nothing is fused. Reductions add the term
/// of element i to lane i mod L, L being 64 bytes' worth (8 in float64, 16 in float32), from first to last, every
/// lane starting at 0; then lane j takes lane j + L/2, then lane j + L/4, and so on down to lane 0. So a result does
/// not depend on the width of the machine's vectors.
/// Scalars come in double and are rounded to T once.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
public static class VectorMathReference<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Lanes of a reduction: 8 in float64, 16 in float32.</summary>
    public static int Lanes => 64 / (typeof(T) == typeof(double) ? 8 : 4);

    /// <summary>x = value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="x">Shape (d), out.</param>
    public static void Fill(double value, Span<T> x)
    {
        for (var i = 0; i < x.Length; i++)
            x[i] = T.CreateTruncating(value);
    }

    /// <summary>y = a x.</summary>
    /// <param name="a">A scalar.</param>
    /// <param name="x">Shape (d).</param>
    /// <param name="y">Shape (d), out.</param>
    public static void Scale(double a, ReadOnlySpan<T> x, Span<T> y)
    {
        for (var i = 0; i < y.Length; i++)
            y[i] = T.CreateTruncating(a) * x[i];
    }

    /// <summary>y += a x.</summary>
    /// <param name="a">A scalar.</param>
    /// <param name="x">Shape (d).</param>
    /// <param name="y">Shape (d), in and out.</param>
    public static void Axpy(double a, ReadOnlySpan<T> x, Span<T> y)
    {
        for (var i = 0; i < y.Length; i++)
            y[i] += T.CreateTruncating(a) * x[i];
    }

    /// <summary>z = x + y.</summary>
    /// <param name="x">Shape (d).</param>
    /// <param name="y">Shape (d).</param>
    /// <param name="z">Shape (d), out.</param>
    public static void Add(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
    {
        for (var i = 0; i < z.Length; i++)
            z[i] = x[i] + y[i];
    }

    /// <summary>z = x - y.</summary>
    /// <param name="x">Shape (d).</param>
    /// <param name="y">Shape (d).</param>
    /// <param name="z">Shape (d), out.</param>
    public static void Subtract(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
    {
        for (var i = 0; i < z.Length; i++)
            z[i] = x[i] - y[i];
    }

    /// <summary>z = (x + y) / 2.</summary>
    /// <param name="x">Shape (d).</param>
    /// <param name="y">Shape (d).</param>
    /// <param name="z">Shape (d), out.</param>
    public static void Average(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
    {
        for (var i = 0; i < z.Length; i++)
            z[i] = (x[i] + y[i]) * T.CreateTruncating(0.5);
    }

    /// <summary>y += t (x - y): y moves the share t of the way to x.</summary>
    /// <param name="t">The share.</param>
    /// <param name="x">Shape (d).</param>
    /// <param name="y">Shape (d), in and out.</param>
    public static void Lerp(double t, ReadOnlySpan<T> x, Span<T> y)
    {
        for (var i = 0; i < y.Length; i++)
            y[i] += T.CreateTruncating(t) * (x[i] - y[i]);
    }

    /// <summary>g += lambda g g (now - then).</summary>
    /// <param name="lambda">A scalar.</param>
    /// <param name="now">Shape (d).</param>
    /// <param name="then">Shape (d).</param>
    /// <param name="g">Shape (d), in and out.</param>
    public static void Compensate(double lambda, ReadOnlySpan<T> now, ReadOnlySpan<T> then, Span<T> g)
    {
        for (var i = 0; i < g.Length; i++)
            g[i] += T.CreateTruncating(lambda) * (g[i] * g[i]) * (now[i] - then[i]);
    }

    /// <summary>s = keep s + (1 - keep) g g, then g += lambda / sqrt(s + epsilon) g g (now - then).</summary>
    /// <param name="lambda">A scalar.</param>
    /// <param name="keep">A share.</param>
    /// <param name="epsilon">Above 0.</param>
    /// <param name="now">Shape (d).</param>
    /// <param name="then">Shape (d).</param>
    /// <param name="g">Shape (d), in and out.</param>
    /// <param name="s">Shape (d), in and out.</param>
    public static void Compensate(
        double lambda, double keep, double epsilon, ReadOnlySpan<T> now, ReadOnlySpan<T> then, Span<T> g, Span<T> s)
    {
        for (var i = 0; i < g.Length; i++)
        {
            var square = g[i] * g[i];
            s[i] = (T.CreateTruncating(keep) * s[i]) + (T.CreateTruncating(1 - keep) * square);
            g[i] += T.CreateTruncating(lambda) / T.Sqrt(s[i] + T.CreateTruncating(epsilon)) * square
                * (now[i] - then[i]);
        }
    }

    /// <summary>y = w_0 x_0 + w_1 x_1 + ..., added in this order. Zeros when there are no rows.</summary>
    /// <param name="weights">Shape (k): w.</param>
    /// <param name="memory">Holds the rows: x_j starts at <c>offsets[j]</c>.</param>
    /// <param name="offsets">Shape (k): where each row starts.</param>
    /// <param name="y">Shape (d), out; disjoint from the rows, or exactly one of them.</param>
    public static void WeightedSum(
        ReadOnlySpan<double> weights, ReadOnlySpan<T> memory, ReadOnlySpan<int> offsets, Span<T> y)
    {
        for (var i = 0; i < y.Length; i++)
        {
            var sum = weights.Length == 0 ? T.Zero : T.CreateTruncating(weights[0]) * memory[offsets[0] + i];
            for (var k = 1; k < weights.Length; k++)
                sum += T.CreateTruncating(weights[k]) * memory[offsets[k] + i];
            y[i] = sum;
        }
    }

    /// <summary>The sum of x_i y_i.</summary>
    /// <param name="x">Shape (d).</param>
    /// <param name="y">Shape (d).</param>
    public static double Dot(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
    {
        Span<T> lanes = stackalloc T[Lanes];
        for (var i = 0; i < x.Length; i++)
            lanes[i % Lanes] += x[i] * y[i];
        return Fold(lanes);
    }

    /// <summary>The sum of (x_i - y_i)^2.</summary>
    /// <param name="x">Shape (d).</param>
    /// <param name="y">Shape (d).</param>
    public static double SquaredDistance(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
    {
        Span<T> lanes = stackalloc T[Lanes];
        for (var i = 0; i < x.Length; i++)
            lanes[i % Lanes] += (x[i] - y[i]) * (x[i] - y[i]);
        return Fold(lanes);
    }

    /// <summary>The sum of x_i.</summary>
    /// <param name="x">Shape (d).</param>
    public static double Sum(ReadOnlySpan<T> x)
    {
        Span<T> lanes = stackalloc T[Lanes];
        for (var i = 0; i < x.Length; i++)
            lanes[i % Lanes] += x[i];
        return Fold(lanes);
    }

    /// <summary>The largest |x_i|; 0 for an empty vector, NaN where an element is NaN.</summary>
    /// <param name="x">Shape (d).</param>
    public static double MaxAbs(ReadOnlySpan<T> x)
    {
        var max = T.Zero;
        foreach (var value in x)
            max = T.Max(max, T.Abs(value));
        return double.CreateTruncating(max);
    }

    /// <summary>Whether no element is infinite or NaN.</summary>
    /// <param name="x">Shape (d).</param>
    public static bool IsFinite(ReadOnlySpan<T> x)
    {
        foreach (var value in x)
            if (!T.IsFinite(value))
                return false;
        return true;
    }

    /// <summary>Folds the lanes of a reduction: lane j takes lane j + L/2, then j + L/4, ..., down to lane 0.</summary>
    /// <param name="lanes">Shape (L), destroyed.</param>
    public static double Fold(Span<T> lanes)
    {
        for (var half = lanes.Length / 2; half > 0; half /= 2)
            for (var j = 0; j < half; j++)
                lanes[j] += lanes[j + half];
        return double.CreateTruncating(lanes[0]);
    }
}
