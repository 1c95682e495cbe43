using System.Runtime.CompilerServices;

namespace AsyncOpt.Simulation.State;

/// <summary>What the engine keeps of each agent, by the agent's number.</summary>
/// <param name="roles">The roles' memory, in the order of their agents' numbers.</param>
readonly unsafe struct AgentCores<T>(RoleMemory<T>[] roles)
    where T : unmanaged
{
    /// <summary>The core of an agent.</summary>
    /// <param name="agent">Its number.</param>
    public ref AgentCore this[int agent]
    {
        get
        {
            var role = RoleOf(agent);
            return ref *role.Core(agent - role.First);
        }
    }

    /// <summary>An agent's role, without a look at the agent's own memory: there are few roles.</summary>
    /// <param name="agent">The agent's number.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RoleMemory<T> RoleOf(int agent)
    {
        var i = roles.Length - 1;
        while (roles[i].First > agent)
            i--;
        return roles[i];
    }
}
