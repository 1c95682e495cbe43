using AsyncOpt.Simulation.Events;

namespace AsyncOpt.Simulation.Agents;

/// <summary>An event that waits for its agent.</summary>
struct WaitingEvent
{
    public Event Event;

    /// <summary>The next one of the agent, + 1; 0 for none.</summary>
    public int Next;

    /// <summary>Tells reuses of the place apart.</summary>
    public int Generation;
}
