namespace AsyncOpt.Simulation.Scripts;

/// <summary>Rows that all agents hold in full; by default none.</summary>
/// <param name="First">Rank of the first vector's set among the role's sets of rows.</param>
/// <param name="Vectors">How many vectors each message has there.</param>
/// <param name="Iteration">Of which iteration they are.</param>
readonly record struct HeldRows(int First, int Vectors, long Iteration)
{
    /// <summary>Whether there are any.</summary>
    public bool IsAny => Vectors > 0;
}
