namespace AsyncOpt.Simulation.Rules;

/// <summary>A time during which a place is down.</summary>
/// <param name="At">From when on, in ns.</param>
/// <param name="Until">Until when, in ns; null for good.</param>
/// <param name="Number">Rank among those of the place, times two.</param>
/// <param name="Fault">Which of the run's faults it is of.</param>
/// <param name="IsStateLost">Whether it costs agents there their state.</param>
sealed record PlaceCrash(long At, long? Until, uint Number, int Fault, bool IsStateLost);
