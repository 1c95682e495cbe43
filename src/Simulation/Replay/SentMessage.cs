namespace AsyncOpt.Simulation.Replay;

/// <summary>A message that waits in a replay until its receiver's log asks for it.</summary>
/// <param name="Sent">When it was sent, in ns.</param>
/// <param name="Kind">The number of its kind.</param>
/// <param name="Payload">What it carries, in the partition.</param>
readonly record struct SentMessage(long Sent, byte Kind, int Payload);
