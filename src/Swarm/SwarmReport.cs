namespace AsyncOpt.Swarm;

/// <summary>What a swarm came to.</summary>
/// <param name="Coverage">What happened in its worlds.</param>
/// <param name="Cases">What does not hold, in the order of the worlds; of each check the first few.</param>
/// <param name="Violations">In how many worlds something does not hold.</param>
/// <param name="Slowest">The world that took longest: its number and its seconds.</param>
public sealed record SwarmReport(
    Coverage Coverage, IReadOnlyList<Case> Cases, long Violations, (long World, double Seconds) Slowest);
