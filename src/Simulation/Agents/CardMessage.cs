using AsyncOpt.Simulation.Events;

namespace AsyncOpt.Simulation.Agents;

/// <summary>A message at a shared network card.</summary>
struct CardMessage
{
    /// <summary>The message; one that is marked as lost has no payload, takes its time and comes nowhere.</summary>
    public Event Event;

    /// <summary>At the sender's card: how long it travels from then on, in ns.</summary>
    public long Delay;

    /// <summary>At the sender's card: nothing comes before this time, in ns.</summary>
    public long HeldUntil;

    /// <summary>At the sender's card: the link.</summary>
    public long Link;

    /// <summary>At the sender's card: the sender's place.</summary>
    public int From;

    /// <summary>At the sender's card: the receiver's place.</summary>
    public int To;
}
