using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Kernels;

/// <summary>
/// The exponential of many numbers: <see cref="ExactMath.Exp"/> four at a time, the same operations and bits.
/// </summary>
public static class VectorExp
{
    const double Ln2High = 0.693147180369123816490, Ln2Low = 1.90821492927058770002e-10;
    const double InverseLn2 = 1.4426950408889634;

    // Within this range the result is a normal number and needs no care.
    const double Range = 708;

    // Adding it leaves an integer of up to 51 bits in the low bits of the sum, in two's complement.
    const double ToInteger = 6755399441055744;

    /// <summary>y_i = exp(x_i).</summary>
    /// <param name="x">Shape (n).</param>
    /// <param name="y">Shape (n), out; may be x.</param>
    public static void Exp(ReadOnlySpan<double> x, Span<double> y)
    {
        ref var p = ref MemoryMarshal.GetReference(x[..y.Length]);
        ref var q = ref MemoryMarshal.GetReference(y);
        var i = 0;
        for (; i + 4 <= y.Length; i += 4)
        {
            var four = Vector256.LoadUnsafe(ref p, (nuint)i);
            if (Vector256.LessThanOrEqualAll(Vector256.Abs(four), Vector256.Create(Range)))
            {
                Exp(four).StoreUnsafe(ref q, (nuint)i);
                continue;
            }
            for (var j = i; j < i + 4; j++)
                y[j] = ExactMath.Exp(x[j]);
        }
        for (; i < y.Length; i++)
            y[i] = ExactMath.Exp(x[i]);
    }

    /// <summary>exp(x) of four numbers of any size: <see cref="Exp(ReadOnlySpan{double}, Span{double})"/>.</summary>
    /// <param name="x">Numbers.</param>
    internal static Vector256<double> ExpOf(Vector256<double> x)
    {
        if (Vector256.LessThanOrEqualAll(Vector256.Abs(x), Vector256.Create(Range)))
            return Exp(x);
        Span<double> four = stackalloc double[4];
        x.CopyTo(four);
        Exp(four, four);
        return Vector256.Create<double>(four);
    }

    static Vector256<double> Exp(Vector256<double> x)
    {
        var k = Vector256.Floor(x * InverseLn2 + Vector256.Create(0.5));
        var high = x - k * Ln2High;
        var low = k * Ln2Low;
        var r = high - low;
        var rest = high - r - low;
        var r2 = r * r;
        var even = C(1.0 / 2) + r2 * (C(1.0 / 24) + r2 * (C(1.0 / 720) + r2 * (C(1.0 / 40320)
            + r2 * (C(1.0 / 3628800) + r2 * C(1.0 / 479001600)))));
        var odd = C(1.0 / 6) + r2 * (C(1.0 / 120) + r2 * (C(1.0 / 5040) + r2 * (C(1.0 / 362880)
            + r2 * (C(1.0 / 39916800) + r2 * C(1.0 / 6227020800)))));
        var y = C(1) + (r + (rest + r2 * (even + r * odd)));
        var exponent = (k + C(ToInteger)).AsInt64() + Vector256.Create(1023L);
        return y * (exponent << 52).AsDouble();
    }

    static Vector256<double> C(double value) => Vector256.Create(value);

    /// <summary>
    /// exp(x) of eight numbers up to 88 in float32, to 2 units in the last place; 0 below -87.3, where the exact
    /// result is no normal number any more. The polynomial of expf in the Cephes library.
    /// </summary>
    /// <param name="x">Numbers.</param>
    internal static Vector256<float> Exp(Vector256<float> x)
    {
        var least = Vector256.Create(-87.3f);
        var isBelow = Vector256.LessThan(x, least);
        x = Vector256.ConditionalSelect(isBelow, least, x);                 // NaN stays
        var k = Vector256.Floor(Fma(x, 1.44269504f, Vector256.Create(0.5f)));
        var r = Fma(k, 2.12194440e-4f, Fma(k, -0.693359375f, x));
        var y = Vector256.Create(1.9875691500e-4f);
        foreach (var c in (ReadOnlySpan<float>)
            [1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f])
            y = Vector256.FusedMultiplyAdd(y, r, Vector256.Create(c));
        y = Vector256.FusedMultiplyAdd(y, r * r, r) + Vector256<float>.One;
        var power = (Vector256.ConvertToInt32Native(k) + Vector256.Create(127)) << 23;
        return Vector256.AndNot(y * power.AsSingle(), isBelow.AsSingle());
    }

    static Vector256<float> Fma(Vector256<float> a, float b, Vector256<float> c) =>
        Vector256.FusedMultiplyAdd(a, Vector256.Create(b), c);
}
