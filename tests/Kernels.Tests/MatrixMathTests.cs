using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Kernels.Tests;

public class MatrixMathTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 5)]
    [InlineData(17, 33)]
    public void Multiply_is_a_dot_product_a_row(int rows, int columns)
    {
        var m = Normals(rows * columns, 1);
        var x = Normals(columns, 2);
        var (y, single) = (new double[rows], new float[rows]);

        MatrixMath<double>.Multiply(m, x, y);
        MatrixMath<float>.Multiply(Single(m), Single(x), single);

        for (var r = 0; r < rows; r++)
        {
            var expected = Enumerable.Range(0, columns).Sum(k => m[r * columns + k] * x[k]);
            Assert.Equal(expected, y[r], 1e-12);
            Assert.Equal(expected, single[r], 1e-4);
        }
    }

    [Fact]
    public void What_is_factored_has_the_bits_of_float64_rounded_at_the_end()
    {
        const int d = 9;
        var a = Normals(d * d, 3);
        var (floored, wide) = (Single(a), Array.ConvertAll(Single(a), v => (double)v));
        MatrixMath<float>.FloorEigenvalues(0.25, floored);
        SymmetricMatrix.FloorEigenvalues(0.25, wide);
        Assert.Equal(Single(wide), floored);

        var b = Single(Normals(d, 4));
        var (y, expected) = (new float[d], new double[d]);
        MatrixMath<float>.Solve(floored, b, y);
        SymmetricMatrix.Solve(Array.ConvertAll(floored, v => (double)v), Array.ConvertAll(b, v => (double)v), expected);
        Assert.Equal(Single(expected), y);
    }

    static double[] Normals(int n, ulong id)
    {
        var values = new double[n];
        for (var k = 0; k < n; k++)
            values[k] = new Draw(3, Purpose.None, id, (ulong)k).Normal();
        return values;
    }

    static float[] Single(double[] values) => Array.ConvertAll(values, v => (float)v);
}
