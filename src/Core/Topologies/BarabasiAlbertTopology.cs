using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Core.Topologies;

/// <summary>
/// Preferential attachment: it starts as a star of m + 1 nodes; every further node is joined with m different earlier
/// ones, each drawn in proportion to its degree. m (n - m) edges, connected.
/// </summary>
[Topology("barabasi-albert",
    Source = "Barabasi and Albert, Science 286 (1999) 509; linear time as Batagelj and Brandes 2005, algorithm 5")]
public sealed class BarabasiAlbertTopology(BarabasiAlbertTopology.Options options) : TopologyGenerator
{
    /// <summary>The graph's options.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>Number of nodes.</summary>
        [Range(1, int.MaxValue)] public required int Nodes { get; init; }

        /// <summary>Edges m that a new node brings.</summary>
        [Range(1, 1 << 20)] public int EdgesPerNode { get; init; } = 2;

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (Nodes > 1 && Nodes <= EdgesPerNode)
                yield return $"expected more 'nodes' than 'edges-per-node', got {Nodes} and {EdgesPerNode}";
        }
    }

    /// <inheritdoc/>
    public override Topology Build(GraphContext context)
    {
        int n = options.Nodes, m = Math.Min(options.EdgesPerNode, n - 1);
        var edges = new TopologyBuilder(n, symmetric: true, (long)m * (n - m));
        for (int leaf = 1; leaf <= m; leaf++)
            edges.Add(0, leaf);
        var chosen = new int[m];
        for (int node = m + 1; node < n; node++)
        {
            // A node stands at an end of as many edges as its degree.
            int ends = 2 * edges.Count;
            for (int k = 0; k < m;)
            {
                int other = edges.End(context.Draws.Below(ends));
                if (!chosen.AsSpan(0, k).Contains(other))
                    chosen[k++] = other;
            }
            foreach (int other in chosen)
                edges.Add(other, node);
        }
        return edges.Build("barabasi-albert");
    }
}
