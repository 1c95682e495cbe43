using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Links;

/// <summary>
/// Delays with one law, of which those of successive messages of a link are alike: slow follows slow. Links are
/// independent of each other.
/// </summary>
/// <remarks>
/// <para>
/// Message k of a link takes F^-1(Phi(z_k)), with F the law's distribution function, Phi the normal one, and z a
/// stationary Gaussian autoregression, z_k = a z_(k-1) + sqrt(1 - a^2) e_k: a Gaussian copula. So each delay has the
/// law exactly, and normal scores n messages apart have correlation a^n, however far apart they are in time.
/// Kendall's rank correlation of delays n apart is 2/pi asin(a^n) for every law without atoms; their own correlation
/// depends on it: (exp(sigma^2 a^n) - 1) / (exp(sigma^2) - 1) for log-normal ones, 6/pi asin(a^n / 2) for uniform ones.
/// </para>
/// <para>
/// It counts the messages of each link, tries of lost ones among them; the moves of a token count as one link, and so
/// does all that an agent sends over overlays. A copy that a fault makes takes a delay of a chain of its own.
/// </para>
/// </remarks>
/// <param name="options">The law and the correlation.</param>
[Link("correlated", Source = "the Gaussian copula of an AR(1) process: Cario and Nelson, ARTA, Oper. Res. Lett. 19 "
    + "(1996) 51")]
public sealed class CorrelatedDelay(CorrelatedDelay.Options options) : LinkDelay
{
    // The largest share below 1: a law may have no greatest delay.
    const double Last = 1 - (1.0 / (1UL << 53));

    readonly NormalChain _chain = new(options.Correlation);
    VirtualTime _floor;

    /// <summary>Options of <see cref="CorrelatedDelay"/>.</summary>
    public sealed record Options
    {
        /// <summary>The law of each delay, in seconds.</summary>
        public required Law Law { get; init; }

        /// <summary>The correlation of the normal scores of successive messages of a link.</summary>
        [Range(0, NormalChain.CorrelationMax)]
        public required double Correlation { get; init; }
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">The law has no quantiles, or its file cannot be read.</exception>
    public override void Build(LinkContext context)
    {
        options.Law.Build(context.Locate);
        _floor = options.Law.ShortestDuration;
        _ = options.Law.Quantile(0.5);
    }

    /// <inheritdoc/>
    public override VirtualTime Floor(int from, int to) => _floor;

    /// <inheritdoc/>
    public override VirtualTime FloorOverall => _floor;

    /// <inheritdoc/>
    public override double? Mean(int from, int to) => options.Law.Mean;

    /// <inheritdoc/>
    public override bool IsUniform => true;

    /// <inheritdoc/>
    public override bool IsRandom => options.Law.IsRandom;

    /// <inheritdoc/>
    public override bool SeesMessages => IsRandom;

    /// <inheritdoc/>
    public override bool CountsPerLink => IsRandom;

    /// <inheritdoc/>
    public override VirtualTime Sample(int from, int to, in Draw draw) => options.Law.Duration(in draw);

    /// <inheritdoc/>
    public override VirtualTime Sample(in MessageContext message, in Draw draw)
    {
        var share = StandardNormal.Below(_chain.At(message.Sequence, in draw));
        return VirtualTime.FromDraw(options.Law.Quantile(Math.Min(share, Last)));
    }
}
