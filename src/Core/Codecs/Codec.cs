using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Codecs;

/// <summary>Names a codec in experiment files.</summary>
/// <param name="name">The name, for instance <c>top-k</c>.</param>
public sealed class CodecAttribute(string name) : EntryAttribute(name);

/// <summary>
/// Makes a vector smaller on the wire. The receiver sees the decompressed vector, and what the wire carries is only
/// counted: a codec says how many bytes that is. Immutable; what the sender keeps lies in the sender's own vectors.
/// </summary>
[EntryKind("codecs")]
public abstract class Codec
{
    /// <summary>
    /// Whether the sender keeps what a message leaves out and adds it to the next one (error feedback). What is sent
    /// and what is kept are together what was to be sent.
    /// </summary>
    public virtual bool KeepsError => false;

    /// <summary>Compresses a vector and decompresses it again. Called from several threads at once.</summary>
    /// <param name="vector">Shape (d): what is to be sent, in; what the receiver sees, out.</param>
    /// <param name="width">Bytes of a coordinate that is sent as it is: 4 or 8, the run's float width.</param>
    /// <param name="draws">The random numbers of this vector.</param>
    /// <returns>Bytes on the wire, at least 0; they may depend on the coordinates.</returns>
    public abstract long Encode(Span<double> vector, int width, in CodecDraws draws);

    /// <summary>What messages to the user call it: its name in experiment files.</summary>
    public override string ToString() => EntryAttribute.NameOf(this);
}

/// <summary>The random numbers of one compressed vector: the same ones whenever they are asked for.</summary>
/// <param name="seed">The run's seed.</param>
/// <param name="agent">Who sends.</param>
/// <param name="number">How many vectors it has compressed before.</param>
public readonly struct CodecDraws(ulong seed, int agent, uint number)
{
    // Numbers of one draw, and bits that count the draws of one vector: enough for 2^31 coordinates.
    const int NumbersBits = 17, DrawsBits = 14;

    /// <summary>The i-th number, uniform in the open interval (0, 1).</summary>
    /// <param name="i">Which, at least 0; usually the coordinate's rank.</param>
    public double Uniform(int i)
    {
        var draw = new Draw(
            seed, Purpose.Compression, (uint)agent, ((ulong)number << DrawsBits) | ((uint)i >> NumbersBits));
        return draw.Uniform(i & ((1 << NumbersBits) - 1));
    }
}

/// <summary>How many coordinates of d a share is.</summary>
static class Shares
{
    /// <summary>At least one, where there is any.</summary>
    public static int CountOf(double share, int dimension) =>
        Math.Clamp((int)Math.Round(share * dimension), Math.Min(1, dimension), dimension);

    /// <summary>
    /// Bytes of some coordinates with their places, four bytes each, or of all of them, whichever is less.
    /// </summary>
    public static long BytesOf(int count, int dimension, int width) =>
        Math.Min((long)count * (width + sizeof(int)), (long)dimension * width);
}
