using AsyncOpt.Simulation.Scripts;

namespace AsyncOpt.Simulation.Cohorts;

/// <summary>What is still to happen to agents in lockstep, and what they hold of what happened.</summary>
record struct PendingWaves
{
    /// <summary>Computations.</summary>
    public Wave Completions;

    /// <summary>Messages to the agents.</summary>
    public Wave Messages;

    /// <summary>Messages of the agents to their server.</summary>
    public Wave ToServer;

    /// <summary>Messages that came and are held in rows.</summary>
    public Wave Held;

    /// <summary>In which rows.</summary>
    public HeldRows Rows;

    /// <summary>
    /// The slot that all hold a snapshot of their server in, with one reference for all; null for none.
    /// </summary>
    public HeldSlot? Slot;
}
