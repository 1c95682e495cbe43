using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Events;
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

/// <summary>What is to be done at all agents at one instant.</summary>
/// <param name="Now">The instant.</param>
/// <param name="Due">The computation that completes, if any.</param>
/// <param name="Arrived">The messages that come, if any.</param>
/// <param name="Ops">What the program asks for, in order.</param>
readonly record struct RoundWork(Moment Now, Wave Due, Wave Arrived, List<CohortOp> Ops)
{
    /// <summary>What the completions rest on.</summary>
    public Origin ComputedOrigin => Due.IsPending ? Due.OriginAt(Now.Time, Now.Time - Due.Sent, 0) : default;

    /// <summary>What the messages rest on.</summary>
    public Origin ArrivedOrigin => Arrived.IsPending ? Arrived.OriginAt(Now.Time, 0, Now.Time - Arrived.Sent) : default;

    /// <summary>What is sent, if anything.</summary>
    public CohortOp? Send => OpOf(CohortOpKind.Send);

    /// <summary>What is mixed, if anything.</summary>
    public CohortOp? Mix => OpOf(CohortOpKind.Mix);

    CohortOp? OpOf(CohortOpKind kind)
    {
        foreach (var op in Ops)
        {
            if (op.Kind == kind)
                return op;
        }
        return null;
    }
}

/// <summary>What only a look at all agents can tell of a round.</summary>
/// <param name="LastCompleted">Agents whose last event is the completion.</param>
/// <param name="NotFinite">The first agent with a result that is infinite or NaN; -1 for none.</param>
readonly record struct RoundTally(long LastCompleted, int NotFinite);
