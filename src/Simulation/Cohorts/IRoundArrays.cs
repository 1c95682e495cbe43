using AsyncOpt.Simulation.Scripts;

namespace AsyncOpt.Simulation.Cohorts;

/// <summary>
/// The vectors and chains of a role's agents while rounds run, and what a round does to them: on the processor or on a
/// device. What a round means for counts and for what is pending is not theirs.
/// </summary>
interface IRoundArrays : IDisposable
{
    /// <summary>Memory of this process beside the role's own.</summary>
    long Bytes { get; }

    /// <summary>Whether it can be done to all agents at once, with the bits of one by one.</summary>
    bool Takes(in CohortOp op);

    /// <summary>Whether it opens again after it was disposed of, with agents that were handled one by one meanwhile.
    /// </summary>
    bool Reopens { get; }

    /// <summary>Takes the vectors and chains over, as they are.</summary>
    /// <param name="messages">The messages under way, if any.</param>
    void Open(in Wave messages);

    /// <summary>Does a round's work at all agents.</summary>
    RoundTally Handle(in RoundWork work);

    /// <summary>Gives every agent its vectors and its chain, as they are now.</summary>
    void Settle();
}
