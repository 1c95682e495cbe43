using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AsyncOpt.Core.Numerics;

/// <summary>
/// Logarithms of 128 points of [0.6875, 1.375), the grid of doubles with seven bits behind the leading one; 1 is one
/// of them. They are summed in decimal arithmetic, which is the same on every machine.
/// </summary>
static class LogTable
{
    /// <summary>Bits of a double below those that number its grid point.</summary>
    public const int GridShift = 45;

    /// <summary>The bits of the first grid point, 0.6875.</summary>
    public const long FirstBits = 0x3FE6000000000000;

    // A logarithm's high part is a multiple of 2^-42: it adds up exactly with multiples of 2^-33 below 2^10.
    const long HighUnits = 1L << 42;

    /// <summary>A grid point: its inverse, and its logarithm in two parts.</summary>
    /// <param name="Center">The point.</param>
    /// <param name="Inverse">1 / center, rounded.</param>
    /// <param name="High">log(center), rounded to a multiple of 2^-42.</param>
    /// <param name="Low">The rest.</param>
    [StructLayout(LayoutKind.Sequential)]
    public readonly record struct Point(double Center, double Inverse, double High, double Low);

    /// <summary>The grid points, ascending.</summary>
    public static readonly Point[] Points = [.. Enumerable.Range(0, 128).Select(PointAt)];

    /// <summary>Four grid points, field by field.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(
        Vector256<long> points, out Vector256<double> center, out Vector256<double> inverse,
        out Vector256<double> high, out Vector256<double> low)
    {
        ref var first = ref Unsafe.As<Point, double>(ref MemoryMarshal.GetArrayDataReference(Points));
        var row0 = Vector256.LoadUnsafe(ref first, (nuint)(4 * points[0]));
        var row1 = Vector256.LoadUnsafe(ref first, (nuint)(4 * points[1]));
        var row2 = Vector256.LoadUnsafe(ref first, (nuint)(4 * points[2]));
        var row3 = Vector256.LoadUnsafe(ref first, (nuint)(4 * points[3]));
        var (even01, odd01) = (Avx.UnpackLow(row0, row1), Avx.UnpackHigh(row0, row1));
        var (even23, odd23) = (Avx.UnpackLow(row2, row3), Avx.UnpackHigh(row2, row3));
        center = Avx.Permute2x128(even01, even23, 0x20);
        inverse = Avx.Permute2x128(odd01, odd23, 0x20);
        high = Avx.Permute2x128(even01, even23, 0x31);
        low = Avx.Permute2x128(odd01, odd23, 0x31);
    }

    static Point PointAt(int i)
    {
        var center = BitConverter.Int64BitsToDouble(FirstBits + ((long)i << GridShift));
        var log = LogOf((decimal)center);
        var units = decimal.Round(log * HighUnits);
        return new Point(center, 1 / center, (double)units / HighUnits, (double)(log - units / HighUnits));
    }

    /// <summary>log x = 2 atanh s, s = (x - 1) / (x + 1), |s| below 0.19: 28 digits after 20 terms.</summary>
    static decimal LogOf(decimal x)
    {
        var s = (x - 1) / (x + 1);
        var sum = 0m;
        for (var (k, power) = (1, s); k < 40; k += 2)
        {
            sum += power / k;
            power *= s * s;
        }
        return 2 * sum;
    }
}
