namespace AsyncOpt.Simulation.Replay;

/// <summary>What a replay found.</summary>
/// <param name="Roles">Per role, in the order of declaration.</param>
/// <param name="Differences">The first differences, in the order in which the replay came upon them.</param>
/// <param name="DifferencesTotal">How many agents differ.</param>
/// <param name="Warnings">What makes the replay less than a proof, a sentence each.</param>
public sealed record ReplayReport(
    IReadOnlyList<ReplayedRole> Roles, IReadOnlyList<ReplayDifference> Differences, int DifferencesTotal,
    IReadOnlyList<string> Warnings)
{
    /// <summary>Whether every agent was compared and none differs.</summary>
    public bool IsEqual => Roles.All(role => role.Equal == role.Agents);

    /// <summary>Whether no agent that could be compared differs; some may be missing in a log that was cut.</summary>
    public bool IsEqualAsFarAsItGoes => DifferencesTotal == 0;
}
