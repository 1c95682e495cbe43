using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Codecs;

namespace Doors;

/// <summary>Sends each coordinate as a multiple of a step, in one byte.</summary>
/// <param name="options">The step.</param>
[Codec("steps")]
public sealed class Steps(Steps.Options options) : Codec
{
    /// <summary>Options of <see cref="Steps"/>.</summary>
    public sealed record Options
    {
        /// <summary>The step, above 0.</summary>
        [Range(1e-300, 1e300), Bare]
        public required double Step { get; init; }
    }

    /// <inheritdoc/>
    public override long Encode(Span<double> vector, int width, in CodecDraws draws)
    {
        foreach (ref var value in vector)
            value = options.Step * Math.Clamp(Math.Round(value / options.Step), sbyte.MinValue, sbyte.MaxValue);
        return vector.Length;
    }
}
