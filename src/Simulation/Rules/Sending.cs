using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Rules;

/// <summary>A message, or a token's move, at the moment of its sending.</summary>
/// <param name="Now">When it is sent, in ns.</param>
/// <param name="Sender">Who sends it; the token of a move.</param>
/// <param name="Receiver">Who gets it; the token of a move.</param>
/// <param name="Sequence">Its rank among what the sender ever sent.</param>
/// <param name="Kind">Its kind; null for a move.</param>
/// <param name="Bytes">Its size.</param>
readonly record struct Sending(long Now, int Sender, int Receiver, uint Sequence, MessageKind? Kind, long Bytes);
