namespace AsyncOpt.Simulation;

/// <summary>Agents of one role that follow each other.</summary>
/// <param name="First">Rank of the first within the role.</param>
/// <param name="End">Rank after the last.</param>
readonly record struct AgentRange(int First, int End)
{
    public int Count => End - First;
}
