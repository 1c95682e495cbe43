namespace AsyncOpt.Simulation.State;

[Flags]
enum AgentFlags : byte
{
    None = 0,
    Stopped = 1,
    Down = 2,
    Serving = 4,

    /// <summary>The crash that took it down cost it a computation, a timer or a message.</summary>
    Interrupted = 8,

    /// <summary>A token on its way.</summary>
    Moving = 16,

    /// <summary>A token that came to a node that is down, and waits for it.</summary>
    AtDoor = 32,
}
