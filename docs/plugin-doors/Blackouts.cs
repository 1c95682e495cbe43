using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace Doors;

/// <summary>Messages of a link are lost in bursts of 1 / leave messages on average.</summary>
/// <param name="options">How often bursts begin and end.</param>
[Fault("blackouts")]
public sealed class Blackouts(Blackouts.Options options) : Fault
{
    readonly TwoStateChain _out = new(options.Enter, options.Leave);

    /// <summary>Options of <see cref="Blackouts"/>.</summary>
    public sealed record Options
    {
        /// <summary>The probability that a burst begins with a message.</summary>
        [Range(1e-6, 1.0)]
        public required double Enter { get; init; }

        /// <summary>The probability that it ends with a message.</summary>
        [Range(1e-3, 1.0)]
        public required double Leave { get; init; }
    }

    /// <inheritdoc/>
    public override bool JudgesMessages => true;

    /// <inheritdoc/>
    public override bool CountsPerLink => true;

    /// <inheritdoc/>
    public override Verdict Judge(in MessageContext message, in Draw draw) =>
        _out.IsInside(message.Sequence, in draw) ? Verdict.Drop : Verdict.Pass;
}
