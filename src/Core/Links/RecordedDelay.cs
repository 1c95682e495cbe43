using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Data;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Links;

/// <summary>
/// Messages take as long as in a recorded run: the n-th of a link takes what the n-th of the same link took there, so
/// that methods that send different messages meet the same network. The file is <c>schedule-messages.csv</c> of a run
/// with <c>output: { schedule: true }</c>.
/// </summary>
/// <remarks>
/// A delay is the whole one, from leaving the sender to the receiver's card: what faults delayed or held is in it.
/// Where a message was lost there, and is not here, it takes the next delay of its link. Each try of a message that is
/// sent again counts as one. Losses are those of the fault <c>recorded</c>. Moves of tokens are counted by token, what
/// is sent without links by its sender.
/// </remarks>
/// <param name="options">The file, and what comes after it.</param>
[Link("recorded", Source = "common random numbers: Glasserman and Yao, Management Science 38 (1992) 884")]
public sealed class RecordedDelay(RecordedDelay.Options options) : LinkDelay
{
    RecordedMessages<long> _delays = new([], m => m.Delay);
    VirtualTime _least;

    /// <summary>Options of <see cref="RecordedDelay"/>.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>The file, plain or gzip.</summary>
        public required string File { get; init; }

        /// <summary>What happens after the last message that a link has in the file.</summary>
        public BeyondRecord Beyond { get; init; }

        /// <summary>The law of the delays beyond it, for <c>beyond: law</c>.</summary>
        public Law? Law { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (Beyond == BeyondRecord.Law != Law is not null)
                yield return "law is that of what comes beyond the record: give it with 'beyond: law', and only then";
        }
    }

    /// <inheritdoc/>
    public override VirtualTime FloorOverall => _least;

    /// <inheritdoc/>
    public override bool IsUniform => true;

    /// <inheritdoc/>
    public override bool IsRandom => true;

    /// <inheritdoc/>
    public override bool SeesMessages => true;

    /// <inheritdoc/>
    public override bool CountsPerLink => true;

    /// <inheritdoc/>
    /// <exception cref="InputException">The file is missing or broken.</exception>
    public override void Build(LinkContext context)
    {
        var path = context.Locate(options.File);
        // Of what was lost, only moves have a delay.
        List<ScheduledMessage> came =
            [.. ScheduleReader.Messages(path).Where(m => !m.IsLost || m.Way == MessageWay.Token)];
        if (came.Count == 0)
            throw new InputException($"{path}: every message was lost, so that it has no delays");
        options.Law?.Build(context.Locate);
        _delays = new(came, m => m.Delay);
        _least = new(Math.Min(came.Min(m => m.Delay), options.Law?.ShortestDuration.Nanoseconds ?? long.MaxValue));
    }

    /// <inheritdoc/>
    public override VirtualTime Floor(int from, int to) => _least;

    /// <inheritdoc/>
    public override VirtualTime Sample(int from, int to, in Draw draw) => _least;

    /// <inheritdoc/>
    /// <exception cref="InputException">The record is at its end.</exception>
    public override VirtualTime Sample(in MessageContext message, in Draw draw)
    {
        if (_delays.TryGet(in message, options.Beyond == BeyondRecord.Cycle, out var delay))
            return new(delay);
        return options.Law is { } law
            ? law.Duration(in draw)
            : throw new InputException(RecordedMessages<long>.Lacks(options.File, in message));
    }
}
