using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Faults;

/// <summary>Each message is lost with the same probability, independently of all others.</summary>
/// <param name="options">The probability.</param>
[Fault("drop")]
public sealed class DropFault(DropFault.Options options) : Fault
{
    /// <summary>Options of <see cref="DropFault"/>.</summary>
    public sealed record Options
    {
        /// <summary>The probability that a message is lost.</summary>
        [Range(0, 1.0)]
        public required double Probability { get; init; }
    }

    /// <inheritdoc/>
    public override bool JudgesMessages => options.Probability > 0;

    /// <inheritdoc/>
    public override bool LosesMessages => JudgesMessages;

    /// <inheritdoc/>
    public override Verdict Judge(in MessageContext message, in Draw draw) =>
        draw.Uniform() < options.Probability ? Verdict.Drop : Verdict.Pass;
}
