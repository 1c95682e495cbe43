namespace AsyncOpt.Simulation.Scripts;

/// <summary>Rows that all agents hold in full.</summary>
/// <param name="First">Rank of the first vector's set among the role's sets of rows; -1 for none.</param>
/// <param name="Vectors">How many vectors each message has there.</param>
/// <param name="Iteration">Of which iteration they are.</param>
readonly record struct HeldRows(int First, int Vectors, long Iteration)
{
    /// <summary>No rows.</summary>
    public static HeldRows None => new(-1, 0, 0);

    /// <summary>Whether there are any.</summary>
    public bool IsAny => First >= 0;
}
