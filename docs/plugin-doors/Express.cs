using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Links;

namespace Doors;

/// <summary>Messages at a card share its rate, and small ones have a larger share.</summary>
/// <param name="options">What is small, and how much larger the share is.</param>
[Bandwidth("express")]
public sealed class Express(Express.Options options) : BandwidthLaw
{
    /// <summary>Options of <see cref="Express"/>.</summary>
    public sealed record Options
    {
        /// <summary>The bytes up to which a message is small.</summary>
        [Range(0, long.MaxValue)]
        public required long Bytes { get; init; }

        /// <summary>The weight of a small message; that of others is 1.</summary>
        [Range(1, WeightMax)]
        public int Weight { get; init; } = 9;
    }

    /// <inheritdoc/>
    public override int Weight(in Transfer transfer) => transfer.Bytes <= options.Bytes ? options.Weight : 1;
}
