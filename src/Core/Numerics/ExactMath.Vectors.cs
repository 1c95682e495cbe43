using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AsyncOpt.Core.Numerics;

// Four numbers at a time: the same operations, and so the same bits.
public static partial class ExactMath
{
    // Within this range an exponential is a normal number and needs no care.
    const double NormalExp = 708;

    // Adding it leaves an integer of up to 51 bits in the low bits of the sum, in two's complement.
    const double ToInteger = 6755399441055744;

    /// <summary><see cref="Log"/> of four positive normal numbers at once, the same bits; on AVX2 alone.</summary>
    /// <param name="x">The numbers.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<double> LogOfNormals(Vector256<double> x)
    {
        const long HalfStep = 1L << (LogTable.GridShift - 1);
        var bits = x.AsInt64();
        var shifted = bits - Vector256.Create(LogTable.FirstBits - HalfStep);
        // The upper twelve bits are the exponent, with its sign.
        var z = (bits - (shifted & Vector256.Create(-1L << 52))).AsDouble();
        var upper = Avx2.PermuteVar8x32(shifted.AsInt32(), Vector256.Create(1, 3, 5, 7, 1, 3, 5, 7)).GetLower();
        var exponent = Avx.ConvertToVector256Double(upper >> 20);
        var points = (shifted >>> LogTable.GridShift) & Vector256.Create(127L);
        LogTable.Load(points, out var center, out var inverse, out var cHigh, out var cLow);

        var r = (z - center) * inverse;
        var r2 = r * r;
        var p = (r * (1.0 / 3) - Vector256.Create(1.0 / 2))
            + r2 * ((r * (1.0 / 5) - Vector256.Create(1.0 / 4)) + r2 * (r * (1.0 / 7) - Vector256.Create(1.0 / 6)));
        var high = exponent * Ln2High + cHigh;
        var sum = high + r;
        return sum + (high - sum + r + (exponent * Ln2Low + cLow) + r2 * p);
    }

    /// <summary>y_i = exp(x_i): <see cref="Exp(double)"/> of many numbers, four at a time, the same bits.</summary>
    /// <param name="x">Shape (n).</param>
    /// <param name="y">Shape (n), out; may be x.</param>
    public static void Exp(ReadOnlySpan<double> x, Span<double> y)
    {
        ref var p = ref MemoryMarshal.GetReference(x[..y.Length]);
        ref var q = ref MemoryMarshal.GetReference(y);
        var i = 0;
        for (; i + 4 <= y.Length; i += 4)
            Exp(Vector256.LoadUnsafe(ref p, (nuint)i)).StoreUnsafe(ref q, (nuint)i);
        for (; i < y.Length; i++)
            y[i] = Exp(x[i]);
    }

    /// <summary><see cref="Exp(double)"/> of four numbers at once, the same bits.</summary>
    /// <param name="x">Any numbers.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Exp(Vector256<double> x) =>
        Vector256.LessThanOrEqualAll(Vector256.Abs(x), Vector256.Create(NormalExp)) ? ExpOfNormals(x) : ExpOneByOne(x);

    static Vector256<double> ExpOneByOne(Vector256<double> x) =>
        Vector256.Create(Exp(x[0]), Exp(x[1]), Exp(x[2]), Exp(x[3]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<double> ExpOfNormals(Vector256<double> x)
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
