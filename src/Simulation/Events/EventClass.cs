namespace AsyncOpt.Simulation.Events;

/// <summary>
/// Ranks events of equal time and depth at one agent: what passes its shared cards and what is sent again, faults,
/// messages and completions, timers. A sort key has two bits for it.
/// </summary>
enum EventClass : byte
{
    Card,
    Fault,
    Message,
    Timer,
}
