namespace AsyncOpt.Core.Metrics;

/// <summary>What an agent of a role uses up.</summary>
/// <param name="Role">The role's name.</param>
/// <param name="PerSecond">In each second of the run, whatever the agent does.</param>
/// <param name="PerComputedSecond">Beside that in each second of a computation.</param>
public readonly record struct RoleRate(string Role, double PerSecond, double PerComputedSecond);
