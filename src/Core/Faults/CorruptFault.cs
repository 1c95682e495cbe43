using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Faults;

/// <summary>
/// The vectors of messages arrive changed: each coordinate x as factor x + deviation n, with n standard normal; by
/// default with the opposite sign. What else a message carries is left as it is, and so are moves of tokens.
/// </summary>
/// <param name="options">Which messages, and how.</param>
[Fault("corrupt")]
public sealed class CorruptFault(CorruptFault.Options options) : Fault
{
    readonly HashSet<int>? _senders = options.Senders?.ToHashSet();

    /// <summary>Options of <see cref="CorruptFault"/>.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>The probability that a message is corrupted, independently of all others.</summary>
        [Range(0, 1.0)]
        public double Probability { get; init; } = 1;

        /// <summary>What coordinates are multiplied by; -1 flips the sign, 0 empties the vector.</summary>
        [Range(-1e9, 1e9)]
        public double Factor { get; init; } = -1;

        /// <summary>The standard deviation of the noise that is added.</summary>
        [Range(0, 1e9)]
        public double Deviation { get; init; }

        /// <summary>The places whose messages it concerns; -1 for the server; without, all.</summary>
        public IReadOnlyList<int>? Senders { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (Factor == 1 && Deviation == 0)
                yield return "factor 1 without a deviation changes nothing";
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
        foreach (var place in _senders ?? [])
            context.RequirePlace(Name, place);
    }

    /// <inheritdoc/>
    public override Verdict Judge(in MessageContext message, in Draw draw) =>
        _senders?.Contains(message.From) != false && draw.Uniform() < options.Probability
            ? Verdict.Corrupt(new(options.Factor, options.Deviation))
            : Verdict.Pass;
}
