using System.Runtime.CompilerServices;

namespace AsyncOpt.Core.Numerics;

/// <summary>
/// Logarithm, exponential, sine and cosine made of + - * / and bit operations alone, each rounded by IEEE 754, so that
/// every machine gives the same bits. The library's own differ between platforms in the last bit, and one such bit can
/// swap two events. The compiler never fuses a * b + c by itself, and nothing here asks for it.
/// Measured against 160-bit arithmetic: Log, Exp, Cos and Sin are within 1.1 units in the last place, Log1p and
/// SinCosTurns within 2.2.
/// </summary>
public static partial class ExactMath
{
    // ln 2 in two parts; the first has 21 trailing zero bits, so that its product with an exponent is exact.
    const double Ln2High = 0.693147180369123816490, Ln2Low = 1.90821492927058770002e-10;
    const double InverseLn2 = 1.4426950408889634;

    // pi/2 in three parts; the first two have 33 bits each, so that their products with 20-bit integers are exact.
    const double HalfPi1 = 1.57079632673412561417, HalfPi2 = 6.07710050630396597660e-11;
    const double HalfPi3 = 2.02226624879595063154e-21;
    const double TwoOverPi = 0.63661977236758134;
    const double TwoPi = 6.283185307179586;

    /// <summary>Natural logarithm. 0 gives -infinity, negative numbers and NaN give NaN.</summary>
    /// <remarks>
    /// x = 2^e z with z within 2^-8 of a grid point c of <see cref="LogTable"/>; z - c is exact, r = (z - c) / c, and
    /// log x = e ln 2 + log c + log(1 + r), seven terms of the series of the last. Where z is next to 1, c is 1 and
    /// e is 0, so that nothing cancels.
    /// </remarks>
    /// <param name="x">Any number.</param>
    public static double Log(double x)
    {
        var bits = BitConverter.DoubleToInt64Bits(x);
        // One comparison for all that is not a positive normal number.
        return (ulong)(bits - LeastNormal) < Infinity - LeastNormal ? LogOfNormal(bits, 0) : LogOfSpecial(x);
    }

    const long LeastNormal = 0x0010000000000000;
    const ulong Infinity = 0x7FF0000000000000;

    static double LogOfSpecial(double x)
    {
        if (!(x > 0) || double.IsPositiveInfinity(x))
            return x == 0 ? double.NegativeInfinity : x > 0 ? x : double.NaN;
        // A subnormal number: scaled by 2^54, exactly.
        return LogOfNormal(BitConverter.DoubleToInt64Bits(x * 18014398509481984.0), -54);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static double LogOfNormal(long bits, int exponent)
    {
        const long HalfStep = 1L << (LogTable.GridShift - 1);
        // The exponent field of this steps at the first grid point's neighbourhood instead of at powers of two.
        var shifted = bits - (LogTable.FirstBits - HalfStep);
        var steps = shifted >> 52;
        exponent += (int)steps;
        ref readonly var c = ref LogTable.Points[(int)(shifted >> LogTable.GridShift) & 127];
        var z = BitConverter.Int64BitsToDouble(bits - (steps << 52));

        var r = (z - c.Center) * c.Inverse;
        var r2 = r * r;
        var p = (r * (1.0 / 3) - 1.0 / 2) + r2 * ((r * (1.0 / 5) - 1.0 / 4) + r2 * (r * (1.0 / 7) - 1.0 / 6));
        var high = exponent * Ln2High + c.High;
        var sum = high + r;
        return sum + (high - sum + r + (exponent * Ln2Low + c.Low) + r2 * p);
    }

    /// <summary>Exponential. Overflows to infinity above 709.78, reaches 0 below -745.13; NaN gives NaN.</summary>
    /// <remarks>x = k ln 2 + r, |r| up to 0.3466; 13 terms of the Taylor series of exp(r), times 2^k.</remarks>
    /// <param name="x">Any number.</param>
    public static double Exp(double x)
    {
        if (!(x >= -745.1332191019412))
            return double.IsNaN(x) ? x : 0;
        if (x > 709.782712893384)
            return double.PositiveInfinity;

        var k = Math.Floor(x * InverseLn2 + 0.5);
        var high = x - k * Ln2High;
        var low = k * Ln2Low;
        var r = high - low;
        var rest = high - r - low;                  // what rounding r lost
        var r2 = r * r;
        var even = 1.0 / 2 + r2 * (1.0 / 24 + r2 * (1.0 / 720 + r2 * (1.0 / 40320 + r2 * (1.0 / 3628800
            + r2 * (1.0 / 479001600)))));
        var odd = 1.0 / 6 + r2 * (1.0 / 120 + r2 * (1.0 / 5040 + r2 * (1.0 / 362880 + r2 * (1.0 / 39916800
            + r2 * (1.0 / 6227020800)))));
        var y = 1 + (r + (rest + r2 * (even + r * odd)));
        return ScaleByPowerOfTwo(y, (int)k);
    }

    /// <summary>log(1 + x), accurate also where 1 + x is 1.</summary>
    /// <remarks>
    /// With u = 1 + x rounded, log(u) x / (u - 1): the errors of u in both factors cancel (Goldberg, "What every
    /// computer scientist should know about floating-point arithmetic", 1991, theorem 4).
    /// </remarks>
    /// <param name="x">Any number; below -1 gives NaN.</param>
    public static double Log1p(double x)
    {
        var u = 1 + x;
        if (u == 1 || double.IsPositiveInfinity(x))
            return x;
        return x == -1 ? double.NegativeInfinity : Log(u) * (x / (u - 1));
    }

    /// <summary>1 / (1 + exp(-x)), without overflow and with full relative accuracy at both ends.</summary>
    /// <param name="x">Any number.</param>
    public static double Sigmoid(double x)
    {
        if (x >= 0)
            return 1 / (1 + Exp(-x));
        var e = Exp(x);
        return e / (1 + e);
    }

    /// <summary>
    /// x to the power y, as exp(y log x); x is at least 0. Relative error about (1 + |y log x|) 1e-16.
    /// </summary>
    /// <param name="x">The base; negative gives NaN.</param>
    /// <param name="y">The exponent; 0 gives 1 for every base.</param>
    public static double Pow(double x, double y)
    {
        if (y == 0 || x == 1)
            return 1;
        return y == 1 ? x : Exp(y * Log(x));
    }

    /// <summary>Cosine of an angle in radians. Infinities and NaN give NaN.</summary>
    /// <param name="x">The angle; beyond 10^6 the absolute error grows like 4e-17 |x|.</param>
    public static double Cos(double x)
    {
        var quadrant = Reduce(x, out var y, out var rest);
        var value = (quadrant & 1) == 0 ? CosKernel(y, rest) : SinKernel(y, rest);
        return quadrant is 1 or 2 ? -value : value;
    }

    /// <summary>Sine of an angle in radians. Infinities and NaN give NaN.</summary>
    /// <param name="x">The angle; beyond 10^6 the absolute error grows like 4e-17 |x|.</param>
    public static double Sin(double x)
    {
        var quadrant = Reduce(x, out var y, out var rest);
        var value = (quadrant & 1) == 0 ? SinKernel(y, rest) : CosKernel(y, rest);
        return quadrant >= 2 ? -value : value;
    }

    /// <summary>Sine and cosine of an angle in turns: sin(2 pi u) and cos(2 pi u).</summary>
    /// <param name="u">The angle, 0 to 1 turns.</param>
    /// <param name="sin">The sine.</param>
    /// <param name="cos">The cosine.</param>
    public static void SinCosTurns(double u, out double sin, out double cos)
    {
        var quarters = (int)(4 * u + 0.5);
        var y = (u - 0.25 * quarters) * TwoPi;      // the difference is exact; |y| is at most pi/4
        var (s, c) = (SinKernel(y, 0), CosKernel(y, 0));
        (sin, cos) = (quarters & 3) switch { 0 => (s, c), 1 => (c, -s), 2 => (-s, -c), _ => (-c, s) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static double ScaleByPowerOfTwo(double y, int k)
    {
        if (k is >= -1021 and <= 1022)
            return y * BitConverter.Int64BitsToDouble((long)(k + 1023) << 52);
        // At the ends in two steps; only the last one can round.
        var first = k < 0 ? -1000 : 1000;
        return y * BitConverter.Int64BitsToDouble((long)(first + 1023) << 52)
            * BitConverter.Int64BitsToDouble((long)(k - first + 1023) << 52);
    }

    /// <summary>
    /// x = quadrant pi/2 + y + rest, |y| at most pi/4, in Cody and Waite's way. Returns quadrant mod 4.
    /// </summary>
    static int Reduce(double x, out double y, out double rest)
    {
        if (!double.IsFinite(x))
        {
            (y, rest) = (double.NaN, 0);
            return 0;
        }
        if (Math.Abs(x) > 1e6)
            x %= TwoPi;                             // exact for the rounded 2 pi
        var n = Math.Floor(x * TwoOverPi + 0.5);
        var a = x - n * HalfPi1;                    // exact
        var b = n * HalfPi2;                        // exact
        var difference = a - b;
        var back = difference - a;
        var lost = (a - (difference - back)) - (b + back);
        var low = n * HalfPi3 - lost;
        y = difference - low;
        rest = difference - y - low;
        return (int)((long)n & 3);
    }

    /// <summary>sin(y + rest), |y| up to pi/4: y - y^3/3! + ... + y^17/17!.</summary>
    static double SinKernel(double y, double rest)
    {
        var z = y * y;
        var series = -1.0 / 6 + z * (1.0 / 120 + z * (-1.0 / 5040 + z * (1.0 / 362880 + z * (-1.0 / 39916800
            + z * (1.0 / 6227020800 + z * (-1.0 / 1307674368000 + z * (1.0 / 355687428096000)))))));
        return y + (y * z * series + rest * (1 - 0.5 * z));
    }

    /// <summary>
    /// cos(y + rest), |y| up to pi/4: 1 - y^2/2! + ... - y^18/18!, with what 1 - y^2/2 loses added back.
    /// </summary>
    static double CosKernel(double y, double rest)
    {
        var z = y * y;
        var series = 1.0 / 24 + z * (-1.0 / 720 + z * (1.0 / 40320 + z * (-1.0 / 3628800 + z * (1.0 / 479001600
            + z * (-1.0 / 87178291200 + z * (1.0 / 20922789888000 + z * (-1.0 / 6402373705728000)))))));
        var half = 0.5 * z;
        var rough = 1 - half;
        return rough + ((1 - rough - half) + (z * z * series - y * rest));
    }
}
