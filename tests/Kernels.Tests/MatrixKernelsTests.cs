using System.Numerics;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Kernels.Tests;

public sealed class MatrixKernelsFloat64Tests : MatrixKernelsContract<double>;

public sealed class MatrixKernelsFloat32Tests : MatrixKernelsContract<float>;

/// <summary>Fast products of matrices against the plain ones, bit for bit, and the plain ones against exact sums.</summary>
/// <typeparam name="T">float or double.</typeparam>
public abstract class MatrixKernelsContract<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    delegate void Product(int m, int n, int k, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, bool accumulate);

    static readonly (Product Fast, Product Plain)[] Products =
    [
        (MatrixKernels<T>.Multiply, MatrixKernelsReference<T>.Multiply),
        (MatrixKernels<T>.MultiplyTransposed, MatrixKernelsReference<T>.MultiplyTransposed),
        (MatrixKernels<T>.TransposedMultiply, MatrixKernelsReference<T>.TransposedMultiply),
    ];

    // Odd sizes, sizes of whole tiles, and inner dimensions on both sides of a panel's depth.
    static IEnumerable<(int M, int N, int K)> Sizes()
    {
        var sequence = new DrawSequence(3, Purpose.None);
        for (var i = 0; i < 120; i++)
            yield return (sequence.Below(40), sequence.Below(80), sequence.Below(40));
        foreach (var size in ((int, int, int)[])
            [(1, 1, 1), (8, 32, 256), (8, 32, 257), (9, 33, 513), (16, 64, 300), (7, 16, 5), (32, 10, 128), (3, 70, 600)])
            yield return size;
    }

    [Fact]
    public void Products_have_the_bits_of_the_reference()
    {
        foreach (var (m, n, k) in Sizes())
        {
            var (a, b, c) = (Vectors.Random<T>(m * k, 1), Vectors.Random<T>(k * n, 2), Vectors.Random<T>(m * n, 3));
            foreach (var (fast, plain) in Products)
                foreach (var accumulate in new[] { false, true })
                {
                    var (expected, actual) = ((T[])c.Clone(), (T[])c.Clone());
                    plain(m, n, k, a, b, expected, accumulate);
                    fast(m, n, k, a, b, actual, accumulate);
                    Vectors.AssertSameBits<T>(expected, actual);
                }
        }
    }

    [Fact]
    public void Products_of_small_integers_are_exact()
    {
        foreach (var (m, n, k) in Sizes())
        {
            var (a, b) = (Integers(m * k, 1), Integers(k * n, 2));
            foreach (var (which, (fast, _)) in Products.Index())
            {
                var c = new T[m * n];
                fast(m, n, k, a, b, c, accumulate: false);
                for (var i = 0; i < m; i++)
                    for (var j = 0; j < n; j++)
                    {
                        long sum = 0;
                        for (var p = 0; p < k; p++)
                            sum += long.CreateChecked(which == 2 ? a[p * m + i] : a[i * k + p])
                                * long.CreateChecked(which == 1 ? b[j * k + p] : b[p * n + j]);
                        Assert.Equal(sum, long.CreateChecked(c[i * n + j]));
                    }
            }
        }

        static T[] Integers(int count, ulong seed)
        {
            var sequence = new DrawSequence(seed, Purpose.None, (ulong)count);
            return [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating(sequence.Below(31) - 15))];
        }
    }

    [Fact]
    public void Nothing_beyond_the_product_is_written_and_nothing_is_allocated()
    {
        var (a, b, c) = (Vectors.Random<T>(9 * 40, 1), Vectors.Random<T>(40 * 35, 2), new T[9 * 35 + 20]);
        foreach (var (fast, _) in Products)
            fast(9, 35, 40, a, b, c, accumulate: false);
        Array.Fill(c, T.One);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var (fast, _) in Products)
            fast(9, 35, 40, a, b, c, accumulate: false);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.All(c[(9 * 35)..], v => Assert.Equal(T.One, v));
    }

    [Fact]
    public void Matrices_that_are_too_short_are_an_exception()
    {
        Assert.Throws<ArgumentException>(() => MatrixKernels<T>.Multiply(2, 2, 2, new T[3], new T[4], new T[4]));
        Assert.Throws<ArgumentException>(() => MatrixKernels<T>.MultiplyTransposed(2, 2, 2, new T[4], new T[3], new T[4]));
        Assert.Throws<ArgumentException>(() => MatrixKernels<T>.TransposedMultiply(2, 2, 2, new T[4], new T[4], new T[3]));
    }
}
