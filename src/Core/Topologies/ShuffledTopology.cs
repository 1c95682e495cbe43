using System.ComponentModel.DataAnnotations;

namespace AsyncOpt.Core.Topologies;

/// <summary>
/// Another graph with its nodes put in random order anew each iteration, a function of the iteration: with the
/// permutation matrix Q_t of iteration t, W becomes Q_t^T W Q_t. In the long run every node is every other's neighbour.
/// </summary>
/// <remarks>
/// The orders are drawn from the topology's seed, <c>period</c> of them, after which they repeat: a run of more
/// iterations than that sees the same graphs again. Memory is the edges times the period.
/// </remarks>
/// <param name="options">The graph and the period.</param>
[Topology("shuffled", Source = "'shuffle: random' of the code of Zhu et al., arXiv 2306.02913")]
public sealed class ShuffledTopology(ShuffledTopology.Options options) : TopologyGenerator
{
    const long EdgesMax = 1L << 26;

    /// <summary>Options of <see cref="ShuffledTopology"/>.</summary>
    public sealed record Options
    {
        /// <summary>The graph, a static one.</summary>
        public required TopologyGenerator Graph { get; init; }

        /// <summary>The number of orders.</summary>
        [Range(1, 1_000_000)]
        public int Period { get; init; } = 1000;
    }

    /// <inheritdoc/>
    public override Topology Build(GraphContext context)
    {
        var graph = options.Graph.Build(context);
        if (graph.Period > 1 || !graph.HasRows)
            throw new InputException($"shuffled: expected a static graph that lists its edges, got '{graph.Name}'");
        if (graph.Edges * options.Period > EdgesMax)
        {
            throw new InputException($"shuffled: {graph.Edges} edges in {options.Period} orders exceed {EdgesMax}; "
                + "set 'period' to less");
        }
        var order = new int[graph.Nodes];
        for (var node = 0; node < order.Length; node++)
            order[node] = node;
        var phases = new Topology[options.Period];
        for (var phase = 0; phase < phases.Length; phase++)
        {
            for (var last = order.Length - 1; last > 0; last--)
            {
                var other = context.Draws.Below(last + 1);
                (order[last], order[other]) = (order[other], order[last]);
            }
            phases[phase] = Relabelled(graph, order);
        }
        return Topology.OfPhases("shuffled", phases);
    }

    static Topology Relabelled(Topology graph, int[] order)
    {
        var edges = new TopologyBuilder(graph.Nodes, graph.IsSymmetric, graph.Edges);
        for (var node = 0; node < graph.Nodes; node++)
        {
            foreach (var other in graph.OutNeighbours(node))
            {
                if (!graph.IsSymmetric || node < other)
                    edges.Add(order[node], order[other]);
            }
        }
        return edges.Build("shuffled");
    }
}
