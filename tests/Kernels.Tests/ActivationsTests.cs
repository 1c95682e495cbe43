using System.Numerics;

namespace AsyncOpt.Kernels.Tests;

public sealed class ActivationsFloat64Tests : ActivationsContract<double>;

public sealed class ActivationsFloat32Tests : ActivationsContract<float>;

/// <summary>Activations against their formulas, element by element.</summary>
/// <typeparam name="T">float or double.</typeparam>
public abstract class ActivationsContract<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Fact]
    public void Relu_and_its_derivative_are_the_formulas()
    {
        foreach (var n in Vectors.Lengths)
        {
            var (z, delta) = (Vectors.Special<T>(n, 1, nan: true), Vectors.Random<T>(n, 2));
            T[] a = [.. z], back = [.. delta];
            Activations<T>.Relu(a);
            Activations<T>.ReluBack(a, back);

            Vectors.AssertSameBits<T>([.. z.Select(v => v <= T.Zero ? T.Zero : v)], a);
            Vectors.AssertSameBits<T>([.. a.Zip(delta, (v, d) => v <= T.Zero ? T.Zero : d)], back);
        }
    }

    [Fact]
    public void Tanh_and_its_derivative_are_the_formulas()
    {
        var tolerance = 4 * double.CreateTruncating(T.BitIncrement(T.One) - T.One);
        foreach (var n in Vectors.Lengths)
        {
            var (z, delta) = (Vectors.Special<T>(n, 1, nan: false), Vectors.Random<T>(n, 2));
            T[] a = [.. z], back = [.. delta];
            Activations<T>.Tanh(a);
            Activations<T>.TanhBack(a, back);
            for (var i = 0; i < n; i++)
            {
                Assert.Equal(Math.Tanh(double.CreateTruncating(z[i])), double.CreateTruncating(a[i]), tolerance);
                Assert.Equal((T.One - a[i] * a[i]) * delta[i], back[i]);
            }
        }
        T[] special = [T.NaN, T.PositiveInfinity, T.NegativeInfinity];
        Activations<T>.Tanh(special);
        Assert.Equal([T.NaN, T.One, -T.One], special);
    }

    [Fact]
    public void Softmax_is_that_of_the_row_kernels_to_rounding()
    {
        var tolerance = 40 * double.CreateTruncating(T.BitIncrement(T.One) - T.One);
        foreach (var n in Vectors.Lengths.Where(n => n > 0))
            foreach (var factor in new[] { 0.01, 1.0, 30 })
            {
                var z = Vectors.Random<T>(n, 1);
                VectorMath<T>.Scale(factor, z);
                T[] expected = new T[n], p = new T[n];
                var logSum = RowKernels<T>.Softmax(z, expected);

                Assert.Equal(logSum, Activations<T>.Softmax(z, p), tolerance * (1 + Math.Abs(logSum)));
                for (var k = 0; k < n; k++)
                    Assert.Equal(double.CreateTruncating(expected[k]), double.CreateTruncating(p[k]), tolerance);
                Activations<T>.Softmax(z, z);
                Vectors.AssertSameBits<T>(p, z);
            }
    }

    [Fact]
    public void Softmax_of_huge_scores_is_finite_and_of_a_nan_is_nan()
    {
        foreach (var n in new[] { 3, 16, 21, 50 })
        {
            var z = Enumerable.Range(0, n).Select(k => T.CreateTruncating(k == n - 2 ? 1e30 : -1e30 * k)).ToArray();
            var p = new T[n];
            Assert.Equal(1, Activations<T>.Softmax(z, p) / double.CreateTruncating(z[^2]), 1e-15);
            Assert.Equal(Enumerable.Range(0, n).Select(k => k == n - 2 ? T.One : T.Zero), p);
            for (var at = 0; at < n; at++)
            {
                z = Vectors.Random<T>(n, 4);
                z[at] = T.NaN;
                Assert.Equal(double.NaN, Activations<T>.Softmax(z, p));
                Assert.All(p, v => Assert.True(T.IsNaN(v)));
            }
        }
    }
}
