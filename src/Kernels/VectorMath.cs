using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AsyncOpt.Kernels;

/// <summary>
/// Operations on model vectors, SIMD. Same bits as <see cref="VectorMathReference{T}"/> (see there for the definition)
/// on every machine: nothing is fused, reductions have a fixed number of lanes.
/// Vectors of one call have equal length: a longer input is cut to the output's length (to the first input's in a
/// reduction), a shorter one is an exception. An output is disjoint from an input or exactly the same.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public static partial class VectorMath<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>y = x.</summary>
    /// <param name="x">Shape (d).</param>
    /// <param name="y">Shape (d), out.</param>
    public static void Copy(ReadOnlySpan<T> x, Span<T> y) => x.CopyTo(y);

    /// <summary>x = value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="x">Shape (d), out.</param>
    public static void Fill(double value, Span<T> x) => x.Fill(T.CreateTruncating(value));

    /// <summary>x = a x.</summary>
    /// <param name="a">A scalar.</param>
    /// <param name="x">Shape (d), in and out.</param>
    public static void Scale(double a, Span<T> x) => Map(x, x, new ScaleOp(T.CreateTruncating(a)));

    /// <summary>y = a x.</summary>
    /// <param name="a">A scalar.</param>
    /// <param name="x">Shape (d).</param>
    /// <param name="y">Shape (d), out.</param>
    public static void Scale(double a, ReadOnlySpan<T> x, Span<T> y) => Map(x, y, new ScaleOp(T.CreateTruncating(a)));

    /// <summary>y += a x.</summary>
    /// <param name="a">A scalar.</param>
    /// <param name="x">Shape (d).</param>
    /// <param name="y">Shape (d), in and out.</param>
    public static void Axpy(double a, ReadOnlySpan<T> x, Span<T> y) => Map(x, y, y, new AxpyOp(T.CreateTruncating(a)));

    /// <summary>z = y + a x.</summary>
    /// <param name="a">A scalar.</param>
    /// <param name="x">Shape (d).</param>
    /// <param name="y">Shape (d).</param>
    /// <param name="z">Shape (d), out.</param>
    public static void Axpy(double a, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z) =>
        Map(x, y, z, new AxpyOp(T.CreateTruncating(a)));

    /// <summary>y += x.</summary>
    /// <param name="x">Shape (d).</param>
    /// <param name="y">Shape (d), in and out.</param>
    public static void Add(ReadOnlySpan<T> x, Span<T> y) => Map(x, y, y, default(AddOp));

    /// <summary>z = x + y.</summary>
    /// <param name="x">Shape (d).</param>
    /// <param name="y">Shape (d).</param>
    /// <param name="z">Shape (d), out.</param>
    public static void Add(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z) => Map(x, y, z, default(AddOp));

    /// <summary>y -= x.</summary>
    /// <param name="x">Shape (d).</param>
    /// <param name="y">Shape (d), in and out.</param>
    public static void Subtract(ReadOnlySpan<T> x, Span<T> y) => Map(y, x, y, default(SubtractOp));

    /// <summary>z = x - y.</summary>
    /// <param name="x">Shape (d).</param>
    /// <param name="y">Shape (d).</param>
    /// <param name="z">Shape (d), out.</param>
    public static void Subtract(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z) => Map(x, y, z, default(SubtractOp));

    /// <summary>z = (x + y) / 2. The same bits with x and y exchanged.</summary>
    /// <param name="x">Shape (d).</param>
    /// <param name="y">Shape (d).</param>
    /// <param name="z">Shape (d), out.</param>
    public static void Average(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z) =>
        Map(x, y, z, new AverageOp(T.CreateTruncating(0.5)));

    /// <summary>y += t (x - y): y moves the share t of the way to x.</summary>
    /// <param name="t">The share.</param>
    /// <param name="x">Shape (d).</param>
    /// <param name="y">Shape (d), in and out.</param>
    public static void Lerp(double t, ReadOnlySpan<T> x, Span<T> y) => Map(x, y, y, new LerpOp(T.CreateTruncating(t)));

    /// <summary>z = y + t (x - y): the share t of the way from y to x.</summary>
    /// <param name="t">The share.</param>
    /// <param name="x">Shape (d).</param>
    /// <param name="y">Shape (d).</param>
    /// <param name="z">Shape (d), out.</param>
    public static void Lerp(double t, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z) =>
        Map(x, y, z, new LerpOp(T.CreateTruncating(t)));

    /// <summary>y = w0 x0 + w1 x1: the same bits as <c>Scale(w0, x0, y)</c>, <c>Axpy(w1, x1, y)</c>.</summary>
    /// <param name="w0">The weight of the first row.</param>
    /// <param name="x0">Shape (d): the first row.</param>
    /// <param name="w1">The weight of the second row.</param>
    /// <param name="x1">Shape (d): the second row.</param>
    /// <param name="y">Shape (d), out.</param>
    public static void WeightedSum(double w0, ReadOnlySpan<T> x0, double w1, ReadOnlySpan<T> x1, Span<T> y) =>
        Map(x0, x1, y, new SumOfTwoOp(T.CreateTruncating(w0), T.CreateTruncating(w1)));

    /// <summary>y = w0 x0 + w1 x1 + w2 x2: the same bits as one <c>Scale</c> and two <c>Axpy</c>.</summary>
    /// <param name="w0">The weight of the first row.</param>
    /// <param name="x0">Shape (d): the first row.</param>
    /// <param name="w1">The weight of the second row.</param>
    /// <param name="x1">Shape (d): the second row.</param>
    /// <param name="w2">The weight of the third row.</param>
    /// <param name="x2">Shape (d): the third row.</param>
    /// <param name="y">Shape (d), out.</param>
    public static void WeightedSum(
        double w0, ReadOnlySpan<T> x0, double w1, ReadOnlySpan<T> x1, double w2, ReadOnlySpan<T> x2, Span<T> y)
    {
        var n = y.Length;
        ref var p0 = ref MemoryMarshal.GetReference(x0[..n]);
        ref var p1 = ref MemoryMarshal.GetReference(x1[..n]);
        ref var p2 = ref MemoryMarshal.GetReference(x2[..n]);
        ref var q = ref MemoryMarshal.GetReference(y);
        var (s0, s1, s2) = (T.CreateTruncating(w0), T.CreateTruncating(w1), T.CreateTruncating(w2));
        var (v0, v1, v2) = (Vector256.Create(s0), Vector256.Create(s1), Vector256.Create(s2));
        nuint i = 0, end = (nuint)n, width = (nuint)Vector256<T>.Count;
        if (end < width)
        {
            for (var j = 0; j < n; j++)
                y[j] = s0 * x0[j] + s1 * x1[j] + s2 * x2[j];
            return;
        }
        var tail = end - width;
        var last = v0 * Load(ref p0, tail) + v1 * Load(ref p1, tail) + v2 * Load(ref p2, tail);
        for (; i + width <= end; i += width)
            (v0 * Load(ref p0, i) + v1 * Load(ref p1, i) + v2 * Load(ref p2, i)).StoreUnsafe(ref q, i);
        last.StoreUnsafe(ref q, tail);
    }

    /// <summary>y = w_0 x_0 + w_1 x_1 + ..., added in this order. Zeros when there are no rows.</summary>
    /// <param name="weights">Shape (k): w.</param>
    /// <param name="memory">Holds the rows: x_j starts at <c>offsets[j]</c>.</param>
    /// <param name="offsets">Shape (k): where each row starts.</param>
    /// <param name="y">Shape (d), out; disjoint from the rows, or exactly one of them.</param>
    public static void WeightedSum(
        ReadOnlySpan<double> weights, ReadOnlySpan<T> memory, ReadOnlySpan<int> offsets, Span<T> y)
    {
        if (weights.Length == 0)
        {
            y.Clear();
            return;
        }
        foreach (var offset in offsets)
            _ = memory.Slice(offset, y.Length);         // throws where a row is not inside
        offsets = offsets[..weights.Length];

        // Column by column, so that a strip of y stays in registers while the rows pass.
        ref var p = ref MemoryMarshal.GetReference(memory);
        ref var q = ref MemoryMarshal.GetReference(y);
        nuint i = 0, n = (nuint)y.Length, width = (nuint)Vector256<T>.Count;
        for (; i + 2 * width <= n; i += 2 * width)
        {
            var w = Vector256.Create(T.CreateTruncating(weights[0]));
            var low = w * Load(ref p, (nuint)offsets[0] + i);
            var high = w * Load(ref p, (nuint)offsets[0] + i + width);
            for (var k = 1; k < weights.Length; k++)
            {
                w = Vector256.Create(T.CreateTruncating(weights[k]));
                low += w * Load(ref p, (nuint)offsets[k] + i);
                high += w * Load(ref p, (nuint)offsets[k] + i + width);
            }
            low.StoreUnsafe(ref q, i);
            high.StoreUnsafe(ref q, i + width);
        }
        for (var j = (int)i; j < y.Length; j++)
        {
            var sum = T.CreateTruncating(weights[0]) * memory[offsets[0] + j];
            for (var k = 1; k < weights.Length; k++)
                sum += T.CreateTruncating(weights[k]) * memory[offsets[k] + j];
            y[j] = sum;
        }
    }

    /// <summary>The sum of x_i y_i, in fixed lanes.</summary>
    /// <param name="x">Shape (d).</param>
    /// <param name="y">Shape (d).</param>
    public static double Dot(ReadOnlySpan<T> x, ReadOnlySpan<T> y) => Reduce(x, y, default(ProductTerm));

    /// <summary>The sum of x_i^2, in fixed lanes.</summary>
    /// <param name="x">Shape (d).</param>
    public static double SumOfSquares(ReadOnlySpan<T> x) => Reduce(x, x, default(ProductTerm));

    /// <summary>The sum of (x_i - y_i)^2, in fixed lanes.</summary>
    /// <param name="x">Shape (d).</param>
    /// <param name="y">Shape (d).</param>
    public static double SquaredDistance(ReadOnlySpan<T> x, ReadOnlySpan<T> y) =>
        Reduce(x, y, default(SquaredDifferenceTerm));

    /// <summary>The sum of x_i, in fixed lanes.</summary>
    /// <param name="x">Shape (d).</param>
    public static double Sum(ReadOnlySpan<T> x) => Reduce(x, x, default(FirstTerm));

    /// <summary>The largest |x_i|; 0 for an empty vector, NaN where an element is NaN.</summary>
    /// <param name="x">Shape (d).</param>
    public static double MaxAbs(ReadOnlySpan<T> x)
    {
        var max = T.Zero;
        var i = 0;
        if (x.Length >= Vector256<T>.Count)
        {
            var most = Vector256<T>.Zero;
            for (; i <= x.Length - Vector256<T>.Count; i += Vector256<T>.Count)
                most = Vector256.Max(most, Vector256.Abs(Vector256.Create(x[i..])));
            for (var lane = 0; lane < Vector256<T>.Count; lane++)
                max = T.Max(max, most[lane]);
        }
        for (; i < x.Length; i++)
            max = T.Max(max, T.Abs(x[i]));
        return double.CreateTruncating(max);
    }

    /// <summary>Whether no element is infinite or NaN.</summary>
    /// <param name="x">Shape (d).</param>
    public static bool IsFinite(ReadOnlySpan<T> x)
    {
        var i = 0;
        var largest = Vector256.Create(T.CreateTruncating(
            typeof(T) == typeof(double) ? double.MaxValue : float.MaxValue));
        for (; i <= x.Length - Vector256<T>.Count; i += Vector256<T>.Count)
            if (!Vector256.LessThanOrEqualAll(Vector256.Abs(Vector256.Create(x[i..])), largest))
                return false;
        for (; i < x.Length; i++)
            if (!T.IsFinite(x[i]))
                return false;
        return true;
    }

    /// <summary>
    /// The factor that takes a vector to the ball of a radius around 0: min(1, radius / norm).
    /// 1 also for a vector of zeros.
    /// </summary>
    /// <param name="sumOfSquares">The square of the norm.</param>
    /// <param name="radius">The radius, at least 0.</param>
    public static double ClipFactor(double sumOfSquares, double radius)
    {
        var norm = Math.Sqrt(sumOfSquares);
        return norm > radius ? radius / norm : 1;
    }

    /// <summary>x = min(1, radius / |x|) x: the nearest point of the ball. Untouched when it is inside.</summary>
    /// <param name="radius">The radius, at least 0.</param>
    /// <param name="x">Shape (d), in and out.</param>
    /// <returns>The factor.</returns>
    public static double ClipToBall(double radius, Span<T> x)
    {
        var factor = ClipFactor(SumOfSquares(x), radius);
        if (factor < 1)
            Scale(factor, x);
        return factor;
    }
}
