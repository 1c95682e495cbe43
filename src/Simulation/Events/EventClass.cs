namespace AsyncOpt.Simulation.Events;

/// <summary>
/// Ranks events of equal time and depth at one agent: what passes its shared cards, faults, messages and completions,
/// timers.
/// </summary>
enum EventClass : byte
{
    Card,
    Fault,
    Message,
    Timer,
}
