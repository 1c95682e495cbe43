using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Data;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Faults;

/// <summary>
/// Messages are lost that were lost in a recorded run: the n-th of a link where the n-th of the same link was. The file
/// is <c>schedule-messages.csv</c> of a run with <c>output: { schedule: true }</c>; the delays are those of the link
/// model <c>recorded</c>.
/// </summary>
/// <param name="options">The file, and what comes after it.</param>
[Fault("recorded", Source = "common random numbers: Glasserman and Yao, Management Science 38 (1992) 884")]
public sealed class RecordedLoss(RecordedLoss.Options options) : Fault
{
    RecordedMessages<bool> _lost = new([], m => m.IsLost);

    /// <summary>Options of <see cref="RecordedLoss"/>.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>The file, plain or gzip.</summary>
        public required string File { get; init; }

        /// <summary>What happens after the last message that a link has in the file.</summary>
        public BeyondRecord Beyond { get; init; }

        /// <summary>The probability of a loss beyond it, for <c>beyond: law</c>.</summary>
        [Range(0, 1.0)]
        public double? Probability { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (Beyond == BeyondRecord.Law != Probability is not null)
            {
                yield return "probability is that of a loss beyond the record: give it with 'beyond: law', and only "
                    + "then";
            }
        }
    }

    /// <inheritdoc/>
    public override bool JudgesMessages => true;

    /// <inheritdoc/>
    public override bool LosesMessages => true;

    /// <inheritdoc/>
    public override bool CountsPerLink => true;

    /// <inheritdoc/>
    /// <exception cref="InputException">The file is missing or broken.</exception>
    public override void Build(LinkContext context) =>
        _lost = new(ScheduleReader.Messages(context.Locate(options.File)), m => m.IsLost);

    /// <inheritdoc/>
    /// <exception cref="InputException">The record is at its end.</exception>
    public override Verdict Judge(in MessageContext message, in Draw draw)
    {
        if (_lost.TryGet(in message, options.Beyond == BeyondRecord.Cycle, out var isLost))
            return isLost ? Verdict.Drop : Verdict.Pass;
        if (options.Probability is not { } probability)
            throw new InputException(RecordedMessages<bool>.Lacks(options.File, in message));
        return draw.Uniform() < probability ? Verdict.Drop : Verdict.Pass;
    }
}
