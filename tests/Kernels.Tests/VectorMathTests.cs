using System.Numerics;

namespace AsyncOpt.Kernels.Tests;

public sealed class VectorMathFloat64Tests : VectorMathContract<double>
{
    /// <summary>The lane rule by hand: 10 elements, lanes 0 and 1 get two each.</summary>
    [Fact]
    public void Sums_lanes_in_the_documented_order()
    {
        double[] x = [1e16, 1, 3, 1e-3, 7, -1e16, 0.1, 0.2, 0.3, 2];
        double[] lane = [x[0] + x[8], x[1] + x[9], x[2], x[3], x[4], x[5], x[6], x[7]];
        var expected = ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));

        Assert.Equal(expected, VectorMath<double>.Sum(x));
        Assert.NotEqual(x.Aggregate(0.0, (s, v) => s + v), expected);
    }

    [Fact]
    public void Does_not_fuse_multiplication_and_addition()
    {
        // (1 + e)(1 - e) = 1 - e^2 rounds to 1; a fused form keeps -e^2.
        var e = Math.BitIncrement(1.0) - 1;
        double[] x = [.. Enumerable.Repeat(1 + e, 20)], y = [.. Enumerable.Repeat(-1.0, 20)];
        VectorMath<double>.Axpy(1 - e, x, y);

        Assert.All(y, v => Assert.Equal(0, v));
    }
}

public sealed class VectorMathFloat32Tests : VectorMathContract<float>
{
    [Fact]
    public void Has_sixteen_lanes() => Assert.Equal(16, VectorMathReference<float>.Lanes);
}

/// <summary>SIMD against the plain definition, bit for bit, and the plain definition against exact values.</summary>
/// <typeparam name="T">float or double.</typeparam>
public abstract class VectorMathContract<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    delegate void Elementwise(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z);

    delegate double Reduction(ReadOnlySpan<T> x, ReadOnlySpan<T> y);

    [Fact]
    public void Elementwise_operations_have_the_bits_of_the_reference()
    {
        Check((_, _, z) => VectorMath<T>.Fill(0.1, z), (_, _, z) => VectorMathReference<T>.Fill(0.1, z));
        Check((x, _, z) => VectorMath<T>.Copy(x, z), (x, _, z) => x.CopyTo(z));
        Check((x, _, z) => VectorMath<T>.Scale(0.3, x, z), (x, _, z) => VectorMathReference<T>.Scale(0.3, x, z));
        Check((_, _, z) => VectorMath<T>.Scale(0.3, z), (_, _, z) => VectorMathReference<T>.Scale(0.3, z, z));
        Check((x, _, z) => VectorMath<T>.Axpy(-0.7, x, z), (x, _, z) => VectorMathReference<T>.Axpy(-0.7, x, z));
        Check((x, y, z) => VectorMath<T>.Add(x, y, z), VectorMathReference<T>.Add);
        Check((x, _, z) => VectorMath<T>.Add(x, z), (x, _, z) => VectorMathReference<T>.Add(z, x, z));
        Check((x, y, z) => VectorMath<T>.Subtract(x, y, z), VectorMathReference<T>.Subtract);
        Check((x, _, z) => VectorMath<T>.Subtract(x, z), (x, _, z) => VectorMathReference<T>.Subtract(z, x, z));
        Check(VectorMath<T>.Average, VectorMathReference<T>.Average);
        Check((x, _, z) => VectorMath<T>.Lerp(0.9, x, z), (x, _, z) => VectorMathReference<T>.Lerp(0.9, x, z));
        Check((x, y, z) => VectorMath<T>.Axpy(-0.7, x, y, z), (x, y, z) =>
        {
            y.CopyTo(z);
            VectorMathReference<T>.Axpy(-0.7, x, z);
        });
        Check((x, y, z) => VectorMath<T>.Lerp(0.9, x, y, z), (x, y, z) =>
        {
            y.CopyTo(z);
            VectorMathReference<T>.Lerp(0.9, x, z);
        });
        Check(
            (x, y, z) => VectorMath<T>.Compensate(0.04, x, y, z),
            (x, y, z) => VectorMathReference<T>.Compensate(0.04, x, y, z));
    }

    [Fact]
    public void Adaptive_compensation_has_the_bits_of_the_reference()
    {
        foreach (var n in Vectors.Lengths)
        {
            var (now, then) = (Vectors.Random<T>(n, 1), Vectors.Random<T>(n, 2));
            T[] expected = Vectors.Random<T>(n, 3), actual = Vectors.Random<T>(n, 3);
            T[] expectedSquare = [.. Vectors.Random<T>(n, 4).Select(T.Abs)], actualSquare = [.. expectedSquare];
            VectorMathReference<T>.Compensate(2, 0.95, 1e-7, now, then, expected, expectedSquare);
            VectorMath<T>.Compensate(2, 0.95, 1e-7, now, then, actual, actualSquare);

            Assert.Equal(expected, actual);
            Assert.Equal(expectedSquare, actualSquare);
        }
    }

    [Fact]
    public void Reductions_have_the_bits_of_the_reference()
    {
        Check(VectorMath<T>.Dot, VectorMathReference<T>.Dot);
        Check(VectorMath<T>.SquaredDistance, VectorMathReference<T>.SquaredDistance);
        Check((x, _) => VectorMath<T>.SumOfSquares(x), (x, _) => VectorMathReference<T>.Dot(x, x));
        Check((x, _) => VectorMath<T>.Sum(x), (x, _) => VectorMathReference<T>.Sum(x));
        Check((x, _) => VectorMath<T>.MaxAbs(x), (x, _) => VectorMathReference<T>.MaxAbs(x));
        Check(
            (x, _) => VectorMath<T>.IsFinite(x) ? 1 : 0, (x, _) => VectorMathReference<T>.IsFinite(x) ? 1 : 0);
    }

    [Fact]
    public void Reductions_are_close_to_exact_sums()
    {
        var unit = double.CreateTruncating(T.BitIncrement(T.One) - T.One);
        foreach (var n in new[] { 1, 22, 1000, 7850 })
        {
            // Multiples of 1/256: few enough digits for decimal to be exact.
            var scale = T.CreateTruncating(256);
            T[] Coarse(ulong seed) => [.. Vectors.Random<T>(n, seed).Select(v => T.Round(v * scale) / scale)];
            var (x, y) = (Coarse(1), Coarse(2));
            decimal dot = 0, distance = 0, size = 0;
            for (var i = 0; i < n; i++)
            {
                var (a, b) = (decimal.CreateTruncating(x[i]), decimal.CreateTruncating(y[i]));
                dot += a * b;
                distance += (a - b) * (a - b);
                size += Math.Abs(a * b);
            }
            Assert.Equal((double)dot, VectorMath<T>.Dot(x, y), (n / 8 + 5) * unit * (double)size);
            Assert.Equal((double)distance, VectorMath<T>.SquaredDistance(x, y), (n / 8 + 8) * unit * (double)distance);
        }
    }

    [Fact]
    public void Weighted_sums_have_the_bits_of_scale_and_axpy()
    {
        double[] weights = [0.3, -0.1, 0.7, 0.2, 1e-3];
        foreach (var n in Vectors.Lengths)
        {
            var memory = Vectors.Special<T>(6 * n + 3, (ulong)n, nan: n % 2 == 1);
            int[] offsets = [2 * n + 1, 0, n, 5 * n + 3, 3 * n + 2];
            T[] expected = new T[n], actual = new T[n], fused = new T[n];
            for (var k = 0; k <= weights.Length; k++)
            {
                if (k == 1)
                    VectorMathReference<T>.Scale(weights[0], memory.AsSpan(offsets[0], n), expected);
                if (k > 1)
                    VectorMathReference<T>.Axpy(weights[k - 1], memory.AsSpan(offsets[k - 1], n), expected);
                VectorMath<T>.WeightedSum(weights.AsSpan(0, k), memory, offsets.AsSpan(0, k), actual);
                Vectors.AssertSameBits<T>(expected, actual);
                VectorMathReference<T>.WeightedSum(weights.AsSpan(0, k), memory, offsets.AsSpan(0, k), actual);
                Vectors.AssertSameBits<T>(expected, actual);
                ReadOnlySpan<T> Row(int j) => memory.AsSpan(offsets[j], n);
                if (k == 2)
                    VectorMath<T>.WeightedSum(weights[0], Row(0), weights[1], Row(1), fused);
                if (k == 3)
                    VectorMath<T>.WeightedSum(weights[0], Row(0), weights[1], Row(1), weights[2], Row(2), fused);
                if (k is 2 or 3)
                    Vectors.AssertSameBits<T>(expected, fused);
            }
        }
    }

    [Fact]
    public void Clipping_ends_in_the_ball_and_leaves_its_inside_alone()
    {
        T[] x = [T.CreateTruncating(3), T.Zero, T.CreateTruncating(-4)];
        Assert.Equal(1, VectorMath<T>.ClipToBall(5, x));
        Assert.Equal(T.CreateTruncating(3), x[0]);
        Assert.Equal(0.5, VectorMath<T>.ClipToBall(2.5, x));
        Assert.Equal([T.CreateTruncating(1.5), T.Zero, T.CreateTruncating(-2)], x);
        Assert.Equal(0, VectorMath<T>.ClipToBall(0, x));
        Assert.Equal(1, VectorMath<T>.ClipToBall(0, new T[3]));
    }

    [Fact]
    public void Finds_the_one_bad_element_wherever_it_is()
    {
        foreach (var bad in new[] { T.NaN, T.PositiveInfinity, T.NegativeInfinity })
            for (var i = 0; i < 37; i++)
            {
                var x = Vectors.Random<T>(37, 1);
                Assert.True(VectorMath<T>.IsFinite(x));
                x[i] = bad;
                Assert.False(VectorMath<T>.IsFinite(x));
                Assert.Equal(double.CreateTruncating(T.Abs(bad)), VectorMath<T>.MaxAbs(x));
            }
    }

    [Fact]
    public void Refuses_inputs_shorter_than_the_output()
    {
        T[] two = new T[2], three = new T[3];
        Assert.ThrowsAny<ArgumentException>(() => VectorMath<T>.Axpy(1, two, three));
        Assert.ThrowsAny<ArgumentException>(() => VectorMath<T>.Dot(three, two));
        Assert.ThrowsAny<ArgumentException>(() => VectorMath<T>.WeightedSum([1.0], two, [0], three));
        Assert.ThrowsAny<ArgumentException>(() => VectorMath<T>.WeightedSum([1.0, 1.0], three, [0], two));
    }

    static void Check(Elementwise kernel, Elementwise reference)
    {
        foreach (var (x, y, z) in Triples())
        {
            var (expected, actual) = ((T[])z.Clone(), (T[])z.Clone());
            reference(x, y, expected);
            kernel(x, y, actual);
            Vectors.AssertSameBits<T>(expected, actual);
        }
    }

    static void Check(Reduction kernel, Reduction reference)
    {
        foreach (var (x, y, _) in Triples())
            Vectors.AssertSameBits(reference(x, y), kernel(x, y));
    }

    static IEnumerable<(T[] X, T[] Y, T[] Z)> Triples()
    {
        foreach (var n in Vectors.Lengths)
        {
            yield return (Vectors.Random<T>(n, 1), Vectors.Random<T>(n, 2), Vectors.Random<T>(n, 3));
            foreach (var nan in new[] { false, true })
                yield return (
                    Vectors.Special<T>(n, 4, nan), Vectors.Special<T>(n, 5, nan), Vectors.Special<T>(n, 6, nan));
        }
    }
}
