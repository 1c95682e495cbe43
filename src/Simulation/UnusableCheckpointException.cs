using AsyncOpt.Core;

namespace AsyncOpt.Simulation;

/// <summary>A checkpoint is not of the plan that was to go on from it.</summary>
/// <param name="message">What differs.</param>
/// <param name="inner">What told it.</param>
public sealed class UnusableCheckpointException(string message, Exception? inner = null)
    : InputException(message, inner);
