using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Faults;

/// <summary>
/// Senders that collude: what arrives of each coordinate x of the k-th message of each of their links is factor x +
/// deviation n, with n standard normal and the same for all of them. With factor 0 all send one vector, another for
/// each k.
/// </summary>
/// <remarks>
/// <para>
/// Errors that are independent cancel in a mean: m senders of N with <c>corrupt</c> add noise of variance
/// m (deviation / N)^2 to it, and m that collude m^2 (deviation / N)^2. Robust rules see outliers that agree.
/// </para>
/// <para>
/// They agree on nothing but a draw, so that they need not hear of each other. Attacks that know what the honest send
/// at the same time, such as "a little is enough", are not this one. Of a method by rounds in which each sends one
/// message over each link the k-th is that of round k. Moves of tokens are not concerned.
/// </para>
/// </remarks>
/// <param name="options">Who, and what they send.</param>
[Fault("collusion", Source = "Byzantine workers that collude: Blanchard et al., NeurIPS 2017")]
public sealed class CollusionFault(CollusionFault.Options options) : Fault
{
    readonly HashSet<int> _senders = [.. options.Senders];

    /// <summary>Options of <see cref="CollusionFault"/>.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>The places that collude; -1 for the server.</summary>
        public required IReadOnlyList<int> Senders { get; init; }

        /// <summary>What their own coordinates are multiplied by.</summary>
        [Range(-1e9, 1e9)]
        public double Factor { get; init; }

        /// <summary>The standard deviation of what they agree on.</summary>
        [Range(0, 1e9, MinimumIsExclusive = true)]
        public double Deviation { get; init; } = 1;

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (Senders.Distinct().Count() < 2)
                yield return "senders: nobody colludes alone; give two places at least, or take 'corrupt'";
        }
    }

    /// <inheritdoc/>
    public override bool JudgesMessages => true;

    /// <inheritdoc/>
    public override bool JudgesMoves => false;

    /// <inheritdoc/>
    public override bool CountsPerLink => true;

    /// <inheritdoc/>
    /// <exception cref="InputException">A sender does not exist.</exception>
    public override void Build(LinkContext context)
    {
        foreach (var place in _senders)
            context.RequirePlace(Name, place);
    }

    /// <inheritdoc/>
    public override Verdict Judge(in MessageContext message, in Draw draw) => _senders.Contains(message.From)
        ? Verdict.CorruptAlike(new(options.Factor, options.Deviation))
        : Verdict.Pass;
}
