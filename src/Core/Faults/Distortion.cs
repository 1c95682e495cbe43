using System.Numerics;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Faults;

/// <summary>
/// What a corruption does to each coordinate x of a message's vectors: factor x + deviation n, with n standard normal
/// and independent. Factor -1 flips the sign, 0 empties the vector.
/// </summary>
/// <param name="Factor">What coordinates are multiplied by.</param>
/// <param name="Deviation">The standard deviation of what is added, at least 0.</param>
public readonly record struct Distortion(double Factor, double Deviation = 0)
{
    // Words of a draw are for this many normal numbers.
    const int PartBits = 17;

    /// <summary>This distortion, then another: one of the same law.</summary>
    /// <param name="next">The other.</param>
    public Distortion Then(Distortion next) => new(
        next.Factor * Factor,
        Deviation == 0 ? next.Deviation
            : Math.Sqrt((next.Factor * Deviation * next.Factor * Deviation) + (next.Deviation * next.Deviation)));

    /// <summary>Writes what arrives of a vector.</summary>
    /// <typeparam name="T">The run's float width.</typeparam>
    /// <param name="x">The vector as it was sent.</param>
    /// <param name="y">Receives it as it arrives; of the same length.</param>
    /// <param name="first">How many coordinates of the same message come before: they have had their noise.</param>
    /// <param name="draw">Names the message.</param>
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, long first, in Draw draw)
        where T : IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < x.Length; i++)
        {
            var changed = Factor * double.CreateTruncating(x[i]);
            if (Deviation > 0)
                changed += Deviation * Normal(first + i, in draw);
            y[i] = T.CreateTruncating(changed);
        }
    }

    static double Normal(long i, in Draw draw) =>
        draw.For(Purpose.Corruption, (int)(i >> PartBits)).Normal((int)(i & ((1 << PartBits) - 1)));
}
