using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// Counts the messages that are on their way, where they lie: for who keeps account of them beside what a run counts.
/// </summary>
/// <param name="memory">What the partition stores.</param>
/// <param name="turn">Whose event is handled: turned to the agents that are looked at.</param>
/// <param name="events">What is still to happen.</param>
/// <param name="stations">What waits for agents.</param>
/// <param name="cards">What is at their shared cards; null for none.</param>
sealed unsafe class Underway<T>(
    PartitionMemory<T> memory, AgentTurn<T> turn, PendingEvents<T> events, Stations<T> stations,
    CardMessages<T>? cards)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    /// <summary>Messages on links, at cards and to be sent again.</summary>
    public long OnLinks() => events.Live().LongCount(IsMessage);

    /// <summary>Messages in an agent's line, in its service and at its shared cards.</summary>
    public long At(int agent)
    {
        turn.Enter(agent);
        return (turn.Role.HasStation ? stations.MessagesHere() : 0) + (cards?.MessagesHere() ?? 0);
    }

    /// <summary>Whether a token is between two nodes.</summary>
    public bool IsMoving(int agent)
    {
        turn.Enter(agent);
        return (turn.Core->Flags & AgentFlags.Moving) != 0;
    }

    /// <summary>Moves that were lost and have not come back yet.</summary>
    public long LostMoves() => events.Live().LongCount(e => e.Type == EventType.Arrived && e.IsLost);

    bool IsMessage(Event e) => e.Type switch
    {
        EventType.Message or EventType.AtReceiverCard => true,
        EventType.Retry => memory.Retries[e.Payload].Event.Type == EventType.Message,
        _ => false,
    };
}
