namespace AsyncOpt.Simulation.Replay;

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
