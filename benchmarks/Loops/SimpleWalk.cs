using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Benchmarks.Loops;

/// <summary>srw: each neighbour with the same probability, gradients weighted by mean degree / degree.</summary>
/// <param name="topology">The graph.</param>
/// <param name="step">The step size.</param>
readonly struct SimpleWalk(Topology topology, double step) : ITokenWalk
{
    readonly int[][] _neighbours = Neighbours(topology);
    readonly double _step = step * topology.Edges / topology.Nodes;

    /// <summary>The neighbours of every node.</summary>
    public static int[][] Neighbours(Topology topology) =>
        [.. Enumerable.Range(0, topology.Nodes).Select(i => topology.OutNeighbours(i).ToArray())];

    /// <inheritdoc/>
    public int Next(int node, double share)
    {
        var neighbours = _neighbours[node];
        return neighbours[Math.Min((int)(share * neighbours.Length), neighbours.Length - 1)];
    }

    /// <inheritdoc/>
    public void Visit(int node, long updates)
    {
    }

    /// <inheritdoc/>
    public double Step(int node, long updates) => _step / _neighbours[node].Length;
}
