namespace AsyncOpt.Simulation.Replay;

/// <summary>The replay of one role's agents.</summary>
/// <param name="Role">The role's name.</param>
/// <param name="Agents">How many agents it has.</param>
/// <param name="Events">How many events they handled.</param>
/// <param name="Equal">How many agents ended in the state that the log has, bit for bit.</param>
/// <param name="NotCompared">How many have no final state in the log, or could not be followed up to it.</param>
public sealed record ReplayedRole(string Role, int Agents, long Events, int Equal, int NotCompared);
