using AsyncOpt.Core.Codecs;

namespace Examples;

/// <summary>Sends each coordinate as a float of 16 bits.</summary>
/// <remarks>
/// The relative error of a coordinate is at most 2^-11 where its magnitude is between 2^-14 and 65504; above, it is
/// sent as 65504, so that nothing becomes infinite.
/// </remarks>
[Codec("float16", Source = "IEEE 754-2019, binary16")]
public sealed class Float16 : Codec
{
    /// <inheritdoc/>
    public override long Encode(Span<double> vector, int width, in CodecDraws draws)
    {
        foreach (ref var value in vector)
            value = (double)(Half)Math.Clamp(value, (double)Half.MinValue, (double)Half.MaxValue);
        return 2L * vector.Length;
    }
}
