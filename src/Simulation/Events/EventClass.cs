namespace AsyncOpt.Simulation.Events;

/// <summary>
/// Ranks events of equal time and depth at one agent: faults, then messages and completions, then timers.
/// </summary>
enum EventClass : byte
{
    Fault,
    Message,
    Timer,
}
