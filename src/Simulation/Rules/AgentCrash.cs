namespace AsyncOpt.Simulation.Rules;

/// <summary>A crash of one agent.</summary>
/// <param name="Agent">Whose.</param>
/// <param name="At">When, in ns.</param>
/// <param name="Until">When it comes back, in ns; null for never.</param>
/// <param name="Number">Rank of the crash among all, times two: it and the restart are told apart by it.</param>
/// <param name="Fault">Which of the run's faults it is of.</param>
/// <param name="IsStateLost">Whether it costs the agent its state.</param>
readonly record struct AgentCrash(int Agent, long At, long? Until, uint Number, int Fault, bool IsStateLost);
