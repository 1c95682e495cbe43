using AsyncOpt.Simulation.Events;

namespace AsyncOpt.Simulation.Agents;

/// <summary>A message, or a token's move, that waits at its sender until it is sent again.</summary>
struct Retry
{
    /// <summary>The message as an event of its receiver, or the move's arrival, but for when it happens.</summary>
    public Event Event;

    /// <summary>The count that names it among its link's messages.</summary>
    public uint Count;

    /// <summary>
    /// Which try after the first sending comes next; 0 for a message that waits for another of its link before it is
    /// sent at all.
    /// </summary>
    public int Tries;
}
