namespace AsyncOpt.Core.Codecs;

/// <summary>Sends one bit a coordinate, its sign, and one number, the mean of their magnitudes.</summary>
/// <remarks>
/// <c>C(x) = (|x|_1 / d) sign(x)</c>, with sign(0) = 1. A contraction: <c>|C(x) - x|^2 = |x|^2 - |x|_1^2 / d</c>.
/// </remarks>
/// <param name="options">Whether the rest is kept.</param>
[Codec("sign", Source = "Karimireddy, Rebjock, Stich, Jaggi, Error feedback fixes SignSGD, ICML 2019; "
    + "Bernstein et al., signSGD, ICML 2018")]
public sealed class ScaledSign(ScaledSign.Options options) : Codec
{
    /// <summary>Options of <see cref="ScaledSign"/>.</summary>
    public sealed record Options
    {
        /// <summary>Whether what is left out is added to the next message.</summary>
        public bool ErrorFeedback { get; init; } = true;
    }

    /// <inheritdoc/>
    public override bool KeepsError => options.ErrorFeedback;

    /// <inheritdoc/>
    public override long Encode(Span<double> vector, int width, in CodecDraws draws)
    {
        var sum = 0.0;
        foreach (var value in vector)
            sum += Math.Abs(value);
        var mean = sum / Math.Max(1, vector.Length);
        foreach (ref var value in vector)
            value = value < 0 ? -mean : mean;
        return width + (((long)vector.Length + 7) / 8);
    }
}
