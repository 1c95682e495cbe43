namespace AsyncOpt.Core.Methods.Rounds;

/// <summary>What a worker's answer is to a round.</summary>
enum AnswerKind
{
    /// <summary>It counts.</summary>
    Counts,

    /// <summary>Its round is over; it is added to this one.</summary>
    Folded,

    /// <summary>Its round is over; it is dropped.</summary>
    Dropped,

    /// <summary>The worker has answered that round, or a later one.</summary>
    Known,
}
