using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Agents;

/// <summary>Takes what agents ask for where a log, not the queue, says what happens when.</summary>
interface IReplayPort
{
    /// <summary>How often the message that an agent sends next was sent again before it came.</summary>
    int TriesOf(int agent);

    /// <summary>An agent sends a message.</summary>
    void Sent(int agent, int receiver, long now, in Message message);

    /// <summary>A token moves.</summary>
    void Moved(int token, int from, int node);
}
