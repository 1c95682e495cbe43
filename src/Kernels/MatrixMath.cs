using System.Numerics;
using System.Runtime.InteropServices;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Kernels;

/// <summary>
/// Operations on matrices that lie, row by row, in model vectors. What factors a matrix is done in float64 whatever the
/// width, by <see cref="SymmetricMatrix"/>, and rounded at the end.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public static class MatrixMath<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [ThreadStatic]
    static double[]? _scratch;

    /// <summary>y = M x.</summary>
    /// <param name="m">Shape (rows x columns).</param>
    /// <param name="x">Shape (columns).</param>
    /// <param name="y">Shape (rows), out; disjoint from x.</param>
    public static void Multiply(ReadOnlySpan<T> m, ReadOnlySpan<T> x, Span<T> y)
    {
        for (var row = 0; row < y.Length; row++)
            y[row] = T.CreateTruncating(VectorMath<T>.Dot(m.Slice(row * x.Length, x.Length), x));
    }

    /// <summary>y = M^-1 b for a positive definite M; NaN where it is not.</summary>
    /// <param name="m">Shape (d x d); its lower triangle is read.</param>
    /// <param name="b">Shape (d).</param>
    /// <param name="y">Shape (d), out; may be b.</param>
    public static void Solve(ReadOnlySpan<T> m, ReadOnlySpan<T> b, Span<T> y)
    {
        if (typeof(T) == typeof(double))
        {
            SymmetricMatrix.Solve(
                MemoryMarshal.Cast<T, double>(m), MemoryMarshal.Cast<T, double>(b), MemoryMarshal.Cast<T, double>(y));
            return;
        }
        var wide = Scratch(m.Length + b.Length);
        Widen(m, wide);
        var right = wide[m.Length..];
        Widen(b, right);
        SymmetricMatrix.Solve(wide[..m.Length], right, right);
        Round(right, y);
    }

    /// <summary>M = (M + M^T) / 2, with every eigenvalue below the floor raised to it.</summary>
    /// <param name="floor">The least eigenvalue.</param>
    /// <param name="m">Shape (d x d), in and out.</param>
    public static void FloorEigenvalues(double floor, Span<T> m)
    {
        if (typeof(T) == typeof(double))
        {
            SymmetricMatrix.FloorEigenvalues(floor, MemoryMarshal.Cast<T, double>(m));
            return;
        }
        var wide = Scratch(m.Length);
        Widen(m, wide);
        SymmetricMatrix.FloorEigenvalues(floor, wide);
        Round(wide, m);
    }

    static Span<double> Scratch(int length)
    {
        if (_scratch is null || _scratch.Length < length)
            _scratch = new double[length];
        return _scratch.AsSpan(0, length);
    }

    static void Widen(ReadOnlySpan<T> from, Span<double> to)
    {
        for (var k = 0; k < from.Length; k++)
            to[k] = double.CreateTruncating(from[k]);
    }

    static void Round(ReadOnlySpan<double> from, Span<T> to)
    {
        for (var k = 0; k < to.Length; k++)
            to[k] = T.CreateTruncating(from[k]);
    }
}
