using System.ComponentModel.DataAnnotations;

namespace AsyncOpt.Core.Topologies;

/// <summary>
/// A ring: node i is joined with i - 1 and i + 1 mod n. Two nodes share one edge; one node has none.
/// Directed, node i sends to i + 1 only.
/// </summary>
[Topology("ring", Source = "'ring' and, directed, 'right' of Zhu et al., arXiv 2306.02913")]
public sealed class RingTopology(RingTopology.Options options) : TopologyGenerator
{
    /// <summary>The ring's options.</summary>
    public sealed record Options
    {
        /// <summary>Number of nodes.</summary>
        [Range(1, int.MaxValue)] public required int Nodes { get; init; }

        /// <summary>Whether messages go one way round only.</summary>
        public bool Directed { get; init; }
    }

    /// <inheritdoc/>
    public override Topology Build(GraphContext context)
    {
        int n = options.Nodes;
        var edges = new TopologyBuilder(n, symmetric: !options.Directed, n);
        // The edge that closes the circle repeats the first where there are two nodes.
        int last = !options.Directed && n == 2 ? 1 : n;
        for (int node = 0; node < last && n > 1; node++)
            edges.Add(node, node + 1 < n ? node + 1 : 0);
        return edges.Build("ring", options.Directed && n > 1 ? new CirculantShape([1]) : new CycleProductShape([n]));
    }
}
