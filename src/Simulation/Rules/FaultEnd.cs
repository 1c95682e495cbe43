namespace AsyncOpt.Simulation.Rules;

/// <summary>A fault at a place that is over.</summary>
/// <param name="Place">The place; -1 for the server.</param>
/// <param name="From">When it began, in ns.</param>
/// <param name="Until">When it was over, in ns.</param>
/// <param name="Fault">The fault's rank among the run's, from 0.</param>
readonly record struct FaultEnd(int Place, long From, long Until, int Fault);
