using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Scripts;

/// <summary>Where agents of a cohort stand when an instant's events are handled.</summary>
/// <param name="Time">When, in ns.</param>
/// <param name="Self">The agent whose handlers are recorded.</param>
/// <param name="Computations">How many computations each agent has requested before.</param>
readonly record struct Instant(long Time, Peer Self, long Computations)
{
    /// <summary>Which rows all agents hold in full.</summary>
    public HeldRows Rows { get; init; } = HeldRows.None;

    /// <summary>How many messages come to the agent, one from each in-neighbour.</summary>
    public int Messages { get; init; }
}
