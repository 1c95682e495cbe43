using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Methods;

/// <summary>
/// How far a neighbour can run ahead where every node waits, in each iteration, for the messages of its in-neighbours
/// of that iteration.
/// </summary>
static class NeighbourLead
{
    /// <summary>Why a graph is refused on which <see cref="Iterations"/> is null.</summary>
    public const string Unbounded = "a node hears from one that never waits for it, even by others, and could run "
        + "ahead without end; take a strongly connected topology";

    /// <summary>
    /// The number of iterations a node must be able to hold at once: 1 + the greatest lead of an in-neighbour. 2 where
    /// neighbours wait for each other; null where one can run ahead without end.
    /// </summary>
    /// <remarks>
    /// A node i that is stuck in iteration k stops, one iteration later each time, whoever hears from a stopped one:
    /// S_0 = {i}, S_m = S_(m-1) and all that hear from it in iteration k + m. An in-neighbour outside S_(m-1) still
    /// sends its message of iteration k + m.
    /// </remarks>
    public static int? Iterations(Topology topology)
    {
        if (topology.Period == 1 && (topology.IsSymmetric || topology.Edges == 0))
            return 2;
        var looksAlike = Enumerable.Range(0, topology.Period).All(k => topology.PhaseAt(k).Shape is CirculantShape);
        var most = 2;
        var stopped = new bool[topology.Nodes];
        for (var node = 0; node < (looksAlike ? 1 : topology.Nodes); node++)
        {
            for (var phase = 0; phase < topology.Period; phase++)
            {
                if (Lead(topology, node, phase, stopped) is not { } lead)
                    return null;
                most = Math.Max(most, lead + 1);
            }
        }
        return most;
    }

    static int? Lead(Topology topology, int node, int iteration, bool[] stopped)
    {
        Array.Clear(stopped);
        stopped[node] = true;
        var list = new List<int> { node };
        var (lead, unchanged) = (0, 0);
        for (var m = 1; AnyMoves(topology.InNeighbours(node), stopped); m++)
        {
            var phase = topology.PhaseAt(iteration + m);
            if (AnyMoves(phase.InNeighbours(node), stopped))
                lead = m;
            var before = list.Count;
            for (var i = 0; i < before; i++)
            {
                foreach (var other in phase.OutNeighbours(list[i]))
                {
                    if (!stopped[other])
                    {
                        stopped[other] = true;
                        list.Add(other);
                    }
                }
            }
            unchanged = list.Count == before ? unchanged + 1 : 0;
            if (unchanged >= topology.Period)
                return null;
        }
        return lead;
    }

    static bool AnyMoves(ReadOnlySpan<int> neighbours, bool[] stopped)
    {
        foreach (var neighbour in neighbours)
        {
            if (!stopped[neighbour])
                return true;
        }
        return false;
    }
}
