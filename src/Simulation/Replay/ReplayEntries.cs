namespace AsyncOpt.Simulation.Replay;

/// <summary>Some consecutive entries of an agent, as they were written.</summary>
/// <param name="First">How many were before.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Bytes">The entries.</param>
readonly record struct ReplayEntries(long First, int Count, ReadOnlyMemory<byte> Bytes);
