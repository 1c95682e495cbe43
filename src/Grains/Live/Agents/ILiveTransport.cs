namespace AsyncOpt.Grains.Live.Agents;

/// <summary>Carries messages to the agents of a run, wherever they are.</summary>
interface ILiveTransport
{
    /// <summary>Sends a message, from any thread; never blocks, and says nothing of what becomes of it.</summary>
    void Send(LiveMessage message);
}
