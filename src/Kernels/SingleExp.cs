using System.Runtime.Intrinsics;

namespace AsyncOpt.Kernels;

/// <summary>The exponential of many numbers in float32; that of float64 is exact to the bit, and elsewhere.</summary>
static class SingleExp
{
    /// <summary>
    /// exp(x) of eight numbers up to 88 in float32, to 2 units in the last place; 0 below -87.3, where the exact
    /// result is no normal number any more. The polynomial of expf in the Cephes library.
    /// </summary>
    /// <param name="x">Numbers.</param>
    public static Vector256<float> Exp(Vector256<float> x)
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
