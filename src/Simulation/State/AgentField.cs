using System.Runtime.CompilerServices;

namespace AsyncOpt.Simulation.State;

/// <summary>Where something that each agent of a role has lies: at equal distances, agent by agent.</summary>
/// <param name="Start">That of the role's first agent.</param>
/// <param name="Stride">Bytes from one agent's to the next one's.</param>
/// <param name="Length">Its own bytes.</param>
readonly unsafe record struct AgentField(nint Start, long Stride, long Length)
{
    /// <summary>That of an agent.</summary>
    /// <param name="index">The agent's rank in its role.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void* Of(int index) => (byte*)Start + (index * Stride);
}
