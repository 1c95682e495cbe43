using System.ComponentModel.DataAnnotations;

namespace AsyncOpt.Core.Links;

/// <summary>
/// All messages at a card pass at once, each with an equal share of its rate: processor sharing. With a limit, those
/// beyond wait in the order in which they came.
/// </summary>
/// <remarks>
/// In a card at which messages arrive at random (Poisson) and which is busy for the share rho of the time, one that
/// alone takes S takes S / (1 - rho) on average, whatever the law of the sizes.
/// </remarks>
/// <param name="options">The limit.</param>
[Bandwidth("fair", Source = "processor sharing: Kleinrock, J. ACM 14 (1967) 242", Aliases = ["processor-sharing"])]
public sealed class FairSharing(FairSharing.Options options) : BandwidthLaw
{
    /// <summary>Options of <see cref="FairSharing"/>.</summary>
    public sealed record Options
    {
        /// <summary>How many messages pass a card at once; none for no limit. With 1, one after the other.</summary>
        [Range(1, int.MaxValue)]
        public int? AtOnce { get; init; }
    }

    /// <inheritdoc/>
    public override int AtOnce => options.AtOnce ?? int.MaxValue;
}
