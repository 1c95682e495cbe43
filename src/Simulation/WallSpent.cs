namespace AsyncOpt.Simulation;

/// <summary>What a run took on the wall, in seconds.</summary>
/// <param name="Run">All of it.</param>
/// <param name="Evaluation">Metrics among it.</param>
/// <param name="Computation">Computations among it.</param>
public readonly record struct WallSpent(double Run, double Evaluation, double Computation);
