using System.ComponentModel.DataAnnotations;
using System.Numerics;
using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Core.Codecs;

/// <summary>
/// Sends the norm and, of each coordinate, its sign and how many of s levels of the norm it has, rounded at random to
/// one of the two levels around it, so that the mean is the vector.
/// </summary>
/// <remarks>
/// <c>C(x)_i = |x| sign(x_i) l_i / s</c>, l_i one of the whole numbers around <c>a = s |x_i| / |x|</c> with mean a. So
/// <c>E C(x) = x</c> and <c>E |C(x) - x|^2 = (|x| / s)^2 sum_i p_i (1 - p_i)</c>, p_i = a - floor(a), which is at most
/// <c>min(d / s^2, sqrt(d) / s) |x|^2</c>. On the wire: the norm, and 1 + ceil(log2(s + 1)) bits a coordinate.
/// </remarks>
/// <param name="options">The levels.</param>
[Codec("qsgd", Source = "Alistarh et al., QSGD, NeurIPS 2017, section 3.1; without its entropy code")]
public sealed class Qsgd(Qsgd.Options options) : Codec
{
    /// <summary>Options of <see cref="Qsgd"/>.</summary>
    public sealed record Options
    {
        /// <summary>How many levels the norm has, s.</summary>
        [Range(1, 1 << 20), Bare]
        public int Levels { get; init; } = 16;
    }

    /// <inheritdoc/>
    public override long Encode(Span<double> vector, int width, in CodecDraws draws)
    {
        var bits = 1 + BitOperations.Log2((uint)options.Levels) + 1;
        var bytes = width + ((((long)vector.Length * bits) + 7) / 8);
        var squares = 0.0;
        foreach (var value in vector)
            squares += value * value;
        var norm = Math.Sqrt(squares);
        if (norm == 0)
            return bytes;
        for (var i = 0; i < vector.Length; i++)
        {
            var exact = options.Levels * Math.Abs(vector[i]) / norm;
            var below = Math.Floor(exact);
            var level = below + (draws.Uniform(i) < exact - below ? 1 : 0);
            vector[i] = Math.CopySign(norm * level / options.Levels, vector[i]);
        }
        return bytes;
    }
}
