using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Simulation.Rules;

/// <summary>The route from one agent to another: the number that names its draws, and the places at its ends.</summary>
readonly record struct Route
{
    // One word: two halves, written one by one, could not be read at once soon after.
    readonly ulong _places;

    /// <param name="id">Number of the link; <see cref="Links.Local"/> within a place.</param>
    /// <param name="from">The sender's place, -1 for a server.</param>
    /// <param name="to">The receiver's place, -1 for a server.</param>
    public Route(long id, int from, int to) => (Id, _places) = (id, ((ulong)(uint)from << 32) | (uint)to);

    /// <summary>Number of the link; <see cref="Links.Local"/> within a place.</summary>
    public long Id { get; }

    /// <summary>The sender's place, -1 for a server.</summary>
    public int From => (int)(_places >> 32);

    /// <summary>The receiver's place, -1 for a server.</summary>
    public int To => (int)_places;

    /// <summary>The route to a node's k-th neighbour in a phase of the topology.</summary>
    public static Route Of(Topology topology, Topology phase, int node, int k)
    {
        var neighbour = phase.OutNeighbour(node, k);
        return new(
            topology.Period > 1 ? topology.EdgeId(node, neighbour) : topology.OutStart(node) + k, node, neighbour);
    }
}
