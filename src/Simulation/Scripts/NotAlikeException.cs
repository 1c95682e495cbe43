namespace AsyncOpt.Simulation.Scripts;

/// <summary>A handler that is recorded for all agents reads what differs between them.</summary>
sealed class NotAlikeException : Exception;
