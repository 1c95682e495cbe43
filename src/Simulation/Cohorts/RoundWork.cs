using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Scripts;

namespace AsyncOpt.Simulation.Cohorts;

/// <summary>What is to be done at all agents at one instant.</summary>
/// <param name="Now">The instant.</param>
/// <param name="Due">The computation that completes, if any.</param>
/// <param name="Arrived">The messages that come, if any.</param>
/// <param name="Ops">What the program asks for, in order.</param>
readonly record struct RoundWork(Moment Now, Wave Due, Wave Arrived, List<CohortOp> Ops)
{
    /// <summary>The snapshot that all agents hold in their slot; -1 for none.</summary>
    public int Model { get; init; } = -1;

    /// <summary>What the completions rest on.</summary>
    public Origin ComputedOrigin => Due.IsPending ? Due.OriginAt(Now.Time) : default;

    /// <summary>What the messages rest on.</summary>
    public Origin ArrivedOrigin => Arrived.IsPending ? Arrived.OriginAt(Now.Time) : default;

    /// <summary>What is sent, if anything.</summary>
    public CohortOp? Send
    {
        get
        {
            foreach (var op in Ops)
            {
                if (op.Kind == CohortOpKind.Send)
                    return op;
            }
            return null;
        }
    }
}
