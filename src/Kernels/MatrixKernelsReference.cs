using System.Numerics;

namespace AsyncOpt.Kernels;

/// <summary>
/// What <see cref="MatrixKernels{T}"/> computes, in plain scalar form: the definition. Every element is one chain of
/// fused multiply-adds in the order of the inner index, so its bits depend on nothing else.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public static class MatrixKernelsReference<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>C = A B, or C += A B.</summary>
    /// <param name="m">Rows of C.</param>
    /// <param name="n">Columns of C.</param>
    /// <param name="k">The inner dimension.</param>
    /// <param name="a">Shape (m, k), row-major.</param>
    /// <param name="b">Shape (k, n), row-major.</param>
    /// <param name="c">Shape (m, n), row-major, out.</param>
    /// <param name="accumulate">Whether the product is added to C.</param>
    public static void Multiply(
        int m, int n, int k, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, bool accumulate = false)
    {
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++)
            {
                var sum = accumulate ? c[i * n + j] : T.Zero;
                for (var p = 0; p < k; p++)
                    sum = T.FusedMultiplyAdd(a[i * k + p], b[p * n + j], sum);
                c[i * n + j] = sum;
            }
        }
    }

    /// <summary>C = A B^T, or C += A B^T.</summary>
    /// <param name="m">Rows of C.</param>
    /// <param name="n">Columns of C.</param>
    /// <param name="k">The inner dimension.</param>
    /// <param name="a">Shape (m, k), row-major.</param>
    /// <param name="b">Shape (n, k), row-major.</param>
    /// <param name="c">Shape (m, n), row-major, out.</param>
    /// <param name="accumulate">Whether the product is added to C.</param>
    public static void MultiplyTransposed(
        int m, int n, int k, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, bool accumulate = false)
    {
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++)
            {
                var sum = accumulate ? c[i * n + j] : T.Zero;
                for (var p = 0; p < k; p++)
                    sum = T.FusedMultiplyAdd(a[i * k + p], b[j * k + p], sum);
                c[i * n + j] = sum;
            }
        }
    }

    /// <summary>C = A^T B, or C += A^T B.</summary>
    /// <param name="m">Rows of C.</param>
    /// <param name="n">Columns of C.</param>
    /// <param name="k">The inner dimension.</param>
    /// <param name="a">Shape (k, m), row-major.</param>
    /// <param name="b">Shape (k, n), row-major.</param>
    /// <param name="c">Shape (m, n), row-major, out.</param>
    /// <param name="accumulate">Whether the product is added to C.</param>
    public static void TransposedMultiply(
        int m, int n, int k, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, bool accumulate = false)
    {
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++)
            {
                var sum = accumulate ? c[i * n + j] : T.Zero;
                for (var p = 0; p < k; p++)
                    sum = T.FusedMultiplyAdd(a[p * m + i], b[p * n + j], sum);
                c[i * n + j] = sum;
            }
        }
    }
}
