using System.Globalization;

namespace AsyncOpt.Core.Runs;

/// <summary>
/// The agents of one role. They are numbered role after role, in the order of a method's roles, from 0.
/// </summary>
/// <param name="Name">The role's name.</param>
/// <param name="Agents">How many there are.</param>
public sealed record AgentRole(string Name, int Agents)
{
    /// <summary>The names of the nodes in the file they came from, where the agents are those; null for none.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>
    /// What people read of an agent: its role, its rank where there are several, and its own name where it has one that
    /// says more.
    /// </summary>
    /// <param name="index">Rank within the role, from 0.</param>
    public string NameOf(int index)
    {
        var rank = index.ToString(CultureInfo.InvariantCulture);
        var name = Agents == 1 ? Name : $"{Name} {rank}";
        return Labels?[index] is { } label && label != rank ? $"{name} '{label}'" : name;
    }

    /// <summary>The role of an agent, and its rank within it.</summary>
    /// <param name="roles">All roles.</param>
    /// <param name="agent">The agent's number.</param>
    public static (AgentRole Role, int Index) Of(IReadOnlyList<AgentRole> roles, int agent)
    {
        var role = 0;
        for (; role < roles.Count - 1 && agent >= roles[role].Agents; role++)
            agent -= roles[role].Agents;
        return (roles[role], agent);
    }
}
