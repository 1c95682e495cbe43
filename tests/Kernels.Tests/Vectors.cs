using System.Numerics;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Kernels.Tests;

/// <summary>Vectors to hold kernels to their references on, and the comparison of bits.</summary>
static class Vectors
{
    /// <summary>Every remainder by every register width, several times over, and the sizes of real models.</summary>
    public static IEnumerable<int> Lengths => [.. Enumerable.Range(0, 201), 1000, 7850];

    /// <summary>Normal numbers of varied size and sign.</summary>
    public static T[] Random<T>(int length, ulong seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var sequence = new DrawSequence(seed, Purpose.None, (ulong)length);
        var x = new T[length];
        for (var i = 0; i < length; i++)
            x[i] = T.CreateTruncating(sequence.Normal() * (1 << sequence.Below(8)));
        return x;
    }

    /// <summary>
    /// Mostly random numbers; about every sixth one is what arithmetic treats apart, NaN only on request.
    /// </summary>
    public static T[] Special<T>(int length, ulong seed, bool nan)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var big = typeof(T) == typeof(double) ? 1e300 : 1e38;
        T[] special =
        [
            T.Zero, T.NegativeZero, T.Epsilon, -T.Epsilon, T.CreateTruncating(big), T.CreateTruncating(-big),
            nan ? T.NaN : T.One, nan ? T.PositiveInfinity : -T.One,
        ];
        var sequence = new DrawSequence(seed, Purpose.None, (ulong)length);
        var x = Random<T>(length, seed + 1000);
        for (var i = 0; i < length; i++)
            if (sequence.Below(6) == 0)
                x[i] = special[sequence.Below(special.Length)];
        return x;
    }

    /// <summary>
    /// Equal bit for bit, -0 apart from 0. Any NaN equals any other: which of two operands gives its bits is the
    /// processor's choice, and a run that has one has ended.
    /// </summary>
    public static void AssertSameBits<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            if (Bits(expected[i]) != Bits(actual[i]))
                Assert.Fail($"Element {i} of {expected.Length}: expected {expected[i]:R}, got {actual[i]:R}.");
    }

    public static void AssertSameBits(double expected, double actual) => AssertSameBits<double>([expected], [actual]);

    static long Bits<T>(T x)
        where T : IBinaryFloatingPointIeee754<T> =>
        BitConverter.DoubleToInt64Bits(double.CreateTruncating(T.IsNaN(x) ? T.NaN : x));
}
