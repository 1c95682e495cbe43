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
}
