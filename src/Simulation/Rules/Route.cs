using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Simulation.Rules;

/// <summary>The route from one agent to another: the number that names its draws, and the places at its ends.</summary>
/// <param name="Id">Number of the link; <see cref="Links.Local"/> within a place.</param>
/// <param name="From">The sender's place, -1 for a server.</param>
/// <param name="To">The receiver's place, -1 for a server.</param>
readonly record struct Route(long Id, int From, int To)
{
    /// <summary>The route to a node's k-th neighbour in a phase of the topology.</summary>
    public static Route Of(Topology topology, Topology phase, int node, int k)
    {
        var neighbour = phase.OutNeighbour(node, k);
        return new(
            topology.Period > 1 ? topology.EdgeId(node, neighbour) : topology.OutStart(node) + k, node, neighbour);
    }
}
