using AsyncOpt.Simulation.Events;

namespace AsyncOpt.Simulation.Exchanges;

/// <summary>What one partition has for another at the end of a window.</summary>
/// <param name="Next">
/// The earliest of all events that the sender has left and of all that it sent, to whomever: the least of all senders'
/// is the run's next event.
/// </param>
/// <param name="Blocks">
/// The events, with what they carry; each block can be read by itself. Nobody writes them again.
/// </param>
sealed record Mail(Moment Next, IReadOnlyList<byte[]> Blocks);
