using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Faults;

/// <summary>Each message arrives twice with the same probability, independently of all others.</summary>
/// <param name="options">The probability.</param>
[Fault("duplicate")]
public sealed class DuplicateFault(DuplicateFault.Options options) : Fault
{
    /// <summary>Options of <see cref="DuplicateFault"/>.</summary>
    public sealed record Options
    {
        /// <summary>The probability that a message arrives twice.</summary>
        [Range(0, 1.0)]
        public required double Probability { get; init; }
    }

    /// <inheritdoc/>
    public override bool JudgesMessages => options.Probability > 0;

    /// <inheritdoc/>
    public override bool JudgesMoves => false;

    /// <inheritdoc/>
    public override Verdict Judge(in MessageContext message, in Draw draw) =>
        draw.Uniform() < options.Probability ? Verdict.Duplicate : Verdict.Pass;
}
