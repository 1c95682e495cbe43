namespace AsyncOpt.Core.Methods.Rounds;

/// <summary>What becomes of an answer whose round is over.</summary>
public enum LateAnswers
{
    /// <summary>It is dropped. A worker that is asked anew gives up what it still computes.</summary>
    Drop,

    /// <summary>
    /// It is added to the mean of the round that it arrives in, and does not count for K or the quorum. A worker that
    /// is asked anew first finishes what it computes.
    /// </summary>
    Fold,
}
