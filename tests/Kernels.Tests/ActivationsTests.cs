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
}
