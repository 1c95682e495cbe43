namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// Who hears what agents do, and what takes their messages and moves in place of links and queue. A plain run has
/// neither.
/// </summary>
/// <param name="observer">Hears what happens; null for nobody.</param>
/// <param name="port">Takes messages and moves; null in a run that makes its own order.</param>
sealed class EventTaps(IEventObserver? observer = null, IReplayPort? port = null)
{
    public IEventObserver? Observer { get; } = observer;

    public IReplayPort? Port { get; } = port;

    /// <summary>Whether there is either: the one thing that plain runs look at.</summary>
    public bool IsAny { get; } = observer is not null || port is not null;
}
