using AsyncOpt.Simulation.Events;

namespace AsyncOpt.Simulation.Agents;

/// <summary>Hears what agents send and handle, in each agent's own order.</summary>
interface IEventObserver
{
    /// <summary>An agent starts.</summary>
    void Started(int agent, long now);

    /// <summary>
    /// An agent's program sends a message, or moves: the event has this number, or the next one where a copy has this.
    /// </summary>
    void Sent(int agent, uint sequence);

    /// <summary>An agent handles an event.</summary>
    /// <param name="e">The event; its time is a message's arrival.</param>
    /// <param name="now">When it is handled, in ns.</param>
    /// <param name="service">How long a message was served, in ns.</param>
    /// <param name="number">Rank of a computation or timer among the agent's; 0 for anything else.</param>
    void Handled(in Event e, long now, long service, long number);
}
