using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Faults;

/// <summary>
/// Senders that send again what they sent before: a message carries the vectors of an earlier one of the same link and
/// kind, as if they were new. What else it says, its version with it, is its own.
/// </summary>
/// <remarks>
/// The receiver cannot tell: with <c>ago</c> k a gradient of k messages before counts as one of the present model. What
/// is repeated is what the sender would have sent honestly, so that nothing is repeated for ever. The first k messages
/// of a link are honest, as nothing was sent before, and so are fragments of vectors where the earlier one is of
/// another length. A link keeps the vectors of k messages. Moves of tokens are not concerned.
/// </remarks>
/// <param name="options">Who, how often, and how old.</param>
[Fault("replay")]
public sealed class ReplayFault(ReplayFault.Options options) : Fault
{
    /// <summary>The most messages of a link that are kept.</summary>
    public const int AgoMost = 10_000;

    readonly HashSet<int> _senders = [.. options.Senders];

    /// <summary>Options of <see cref="ReplayFault"/>.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>The places that do so; -1 for the server.</summary>
        public required IReadOnlyList<int> Senders { get; init; }

        /// <summary>How many messages before, of the same link and kind.</summary>
        [Range(1, AgoMost)]
        public int Ago { get; init; } = 1;

        /// <summary>The probability that a message repeats one, independently of all others.</summary>
        [Range(0, 1.0)]
        public double Probability { get; init; } = 1;

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (Senders.Count == 0)
                yield return "senders are missing: give the places that send again what they sent before";
        }
    }

    /// <inheritdoc/>
    public override bool JudgesMessages => options.Probability > 0;

    /// <inheritdoc/>
    public override bool JudgesMoves => false;

    /// <inheritdoc/>
    /// <exception cref="InputException">A sender does not exist.</exception>
    public override void Build(LinkContext context)
    {
        foreach (var place in _senders)
            context.RequirePlace(Name, place);
    }

    /// <inheritdoc/>
    public override int Recollection(int place) => _senders.Contains(place) ? options.Ago : 0;

    /// <inheritdoc/>
    public override int Recalls(in MessageContext message, in Draw draw) =>
        _senders.Contains(message.From) && draw.Uniform() < options.Probability ? options.Ago : 0;
}
