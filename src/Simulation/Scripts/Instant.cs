using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Scripts;

/// <summary>Where agents of a cohort stand when an instant's events are handled.</summary>
/// <param name="Time">When, in ns.</param>
/// <param name="Self">The agent whose handlers are recorded.</param>
/// <param name="Computations">How many computations each agent has requested before.</param>
readonly record struct Instant(long Time, Peer Self, long Computations)
{
    /// <summary>Which rows all agents hold in full.</summary>
    public HeldRows Rows { get; init; }

    /// <summary>Which slot all agents hold a server's snapshot in; null for none.</summary>
    public HeldSlot? Slot { get; init; }

    /// <summary>How many messages come to the agent: one from each in-neighbour, or one of a server.</summary>
    public int Messages { get; init; }

    /// <summary>The snapshot that a server's message brings; -1 for none.</summary>
    public int Snapshot { get; init; } = -1;
}
