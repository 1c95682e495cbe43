namespace AsyncOpt.Simulation.Memory;

/// <summary>
/// How many coordinates the operations on vectors have read and written, since the start: an operation on a vector of d
/// coordinates is a pass of d. Long vectors wait for memory, so that passes are what they cost. An evaluation counts as
/// a pass over each input and each output.
/// </summary>
sealed class VectorPasses
{
    /// <summary>Coordinates read.</summary>
    public long Read;

    /// <summary>Coordinates written.</summary>
    public long Written;
}
