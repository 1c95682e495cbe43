using System.Numerics;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Kernels.Tests;

public sealed class RowKernelsFloat64Tests : RowKernelsContract<double>;

public sealed class RowKernelsFloat32Tests : RowKernelsContract<float>;

/// <summary>Fast row kernels against the plain ones, bit for bit, and the plain ones against closed forms.</summary>
/// <typeparam name="T">float or double.</typeparam>
public abstract class RowKernelsContract<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Fact]
    public void Dense_kernels_have_the_bits_of_the_reference()
    {
        foreach (var n in Vectors.Lengths.Where(n => n < 70 || n >= 784))
            foreach (var classes in new[] { 1, 2, 3, 10 })
            {
                var w = Vectors.Special<T>(classes * n, 1, nan: false);
                var row = Vectors.Special<T>(n, 2, nan: n % 2 == 1);
                T[] expected = new T[classes], actual = new T[classes];
                RowKernelsReference<T>.DotMany(w, row, expected);
                RowKernels<T>.DotMany(w, row, actual);
                Vectors.AssertSameBits<T>(expected, actual);

                var coefficients = Vectors.Random<T>(classes, 3);
                var (wide, other) = ((T[])w.Clone(), (T[])w.Clone());
                RowKernelsReference<T>.Rank1Add(coefficients, row, wide);
                RowKernels<T>.Rank1Add(coefficients, row, other);
                Vectors.AssertSameBits<T>(wide, other);
            }
    }

    [Fact]
    public void Sparse_kernels_have_the_bits_of_the_reference()
    {
        var sequence = new DrawSequence(1, Purpose.None);
        for (var entries = 0; entries < 100; entries++)
        {
            var columns = Enumerable.Range(0, 150).ToArray();
            sequence.Shuffle(columns.AsSpan());
            columns = [.. columns.Take(entries).Order()];
            var (values, x) = (Vectors.Special<T>(entries, 2, nan: false), Vectors.Special<T>(150, 3, nan: false));

            Vectors.AssertSameBits(
                RowKernelsReference<T>.SparseDot(columns, values, x), RowKernels<T>.SparseDot(columns, values, x));
            var (expected, actual) = ((T[])x.Clone(), (T[])x.Clone());
            RowKernelsReference<T>.SparseAxpy(0.3, columns, values, expected);
            RowKernels<T>.SparseAxpy(0.3, columns, values, actual);
            Vectors.AssertSameBits<T>(expected, actual);
        }
    }

    [Fact]
    public void A_sparse_row_without_zeros_is_a_dense_one()
    {
        var (row, x) = (Vectors.Random<T>(123, 1), Vectors.Random<T>(123, 2));
        int[] columns = [.. Enumerable.Range(0, 123)];

        Vectors.AssertSameBits(VectorMath<T>.Dot(row, x), RowKernels<T>.SparseDot(columns, row, x));
        var (dense, sparse) = ((T[])x.Clone(), (T[])x.Clone());
        VectorMath<T>.Axpy(0.1, row, dense);
        RowKernels<T>.SparseAxpy(0.1, columns, row, sparse);
        Vectors.AssertSameBits<T>(dense, sparse);
    }

    [Fact]
    public void A_column_outside_the_model_is_an_exception()
    {
        Assert.Throws<IndexOutOfRangeException>(() => RowKernels<T>.SparseDot([7], [T.One], new T[7]));
        Assert.Throws<IndexOutOfRangeException>(
            () => RowKernels<T>.SparseDot([.. Enumerable.Range(-1, 40)], new T[40], new T[70]));
        Assert.Throws<IndexOutOfRangeException>(() => RowKernels<T>.SparseAxpy(1, [-1], [T.One], new T[7]));
    }

    [Fact]
    public void Softmax_has_the_bits_of_the_reference()
    {
        foreach (var classes in Enumerable.Range(1, 40).Append(256).Append(257).Append(1000))
            foreach (var factor in new[] { 1.0, 30, 1e4 })
            {
                var scores = Vectors.Random<T>(classes, 1);
                VectorMath<T>.Scale(factor, scores);
                T[] expected = new T[classes], actual = new T[classes];
                var logSum = RowKernelsReference<T>.Softmax(scores, expected);
                Vectors.AssertSameBits(logSum, RowKernels<T>.Softmax(scores, actual));
                Vectors.AssertSameBits<T>(expected, actual);
                Vectors.AssertSameBits(RowKernelsReference<T>.LogSumExp(scores), RowKernels<T>.LogSumExp(scores));
                Vectors.AssertSameBits(logSum, RowKernels<T>.LogSumExp(scores));
                RowKernels<T>.Softmax(scores, scores);
                Vectors.AssertSameBits<T>(expected, scores);
            }
    }

    [Fact]
    public void Softmax_is_right_where_the_answer_is_known()
    {
        // exp(0), exp(log 2), exp(log 5) = 1, 2, 5, also when all scores are shifted far.
        var tolerance = 4e4 * double.CreateTruncating(T.BitIncrement(T.One) - T.One);
        foreach (var shift in new[] { 0.0, -1e4, 1e4 })
        {
            T[] p = [.. new[] { 0, Math.Log(2), Math.Log(5) }.Select(s => T.CreateTruncating(s + shift))];
            var logSum = RowKernels<T>.Softmax(p, p);

            Assert.Equal(Math.Log(8) + shift, logSum, tolerance);
            Assert.Equal(1 / 8.0, double.CreateTruncating(p[0]), tolerance);
            Assert.Equal(2 / 8.0, double.CreateTruncating(p[1]), tolerance);
            Assert.Equal(5 / 8.0, double.CreateTruncating(p[2]), tolerance);
        }
        Assert.Equal(0.25, RowKernels<T>.LogSumExp([T.CreateTruncating(0.25)]));
    }

    [Fact]
    public void Softmax_of_a_nan_is_nan() =>
        Assert.Equal(double.NaN, RowKernels<T>.LogSumExp([T.One, T.NaN, T.Zero]));
}
