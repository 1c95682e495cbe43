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

/// <summary>The replay of one role's agents.</summary>
/// <param name="Role">The role's name.</param>
/// <param name="Agents">How many agents it has.</param>
/// <param name="Events">How many events they handled.</param>
/// <param name="Equal">How many agents ended in the state that the log has, bit for bit.</param>
/// <param name="NotCompared">How many have no final state in the log, or could not be followed up to it.</param>
public sealed record ReplayedRole(string Role, int Agents, long Events, int Equal, int NotCompared);

/// <summary>Where an agent's replay is not what the log says.</summary>
/// <param name="Agent">The agent's number.</param>
/// <param name="Name">Its role, and its rank there.</param>
/// <param name="Event">How many events it had handled.</param>
/// <param name="Expected">What the log says.</param>
/// <param name="Found">What the replay came to.</param>
public sealed record ReplayDifference(int Agent, string Name, long Event, string Expected, string Found)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name}, after {Event} events: expected {Expected}, got {Found}";
}
