using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Core.Topologies;

/// <summary>
/// The small world: a ring where each node is joined with its k nearest; then, lap by lap, each edge (i, i + j) is
/// moved with probability beta to (i, a uniform node), without self loops or repeated edges. n k / 2 edges.
/// It may fall apart where beta is large and k small.
/// </summary>
[Topology("watts-strogatz", Source = "Watts and Strogatz, Nature 393 (1998) 440")]
public sealed class WattsStrogatzTopology(WattsStrogatzTopology.Options options) : TopologyGenerator
{
    /// <summary>The small world's options.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>Number of nodes.</summary>
        [Range(1, int.MaxValue)] public required int Nodes { get; init; }

        /// <summary>Neighbours k of each node before rewiring: even.</summary>
        [Range(0, 1 << 20)] public int Neighbours { get; init; } = 4;

        /// <summary>Probability beta that an edge is moved.</summary>
        [Range(0.0, 1.0)] public double Rewiring { get; init; } = 0.1;

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (Neighbours % 2 != 0)
                yield return $"expected an even number of 'neighbours', got {Neighbours}";
            if (Nodes > 1 && Nodes <= Neighbours)
                yield return $"expected more 'nodes' than 'neighbours', got {Nodes} and {Neighbours}";
        }
    }

    /// <inheritdoc/>
    public override Topology Build(GraphContext context)
    {
        int n = options.Nodes, half = n == 1 ? 0 : options.Neighbours / 2;
        var edges = new TopologyBuilder(n, symmetric: true, (long)n * half);
        // The other ends of the edges that node i brought in, (i, i + 1 .. half): (n x half). An edge stays with its
        // first node, so whether a and b are joined shows in the rows of a and b alone.
        var ends = new int[(long)n * half];
        var degrees = new int[n];
        Array.Fill(degrees, 2 * half);
        for (int node = 0; node < n; node++)
            for (int lap = 0; lap < half; lap++)
                ends[node * half + lap] = (int)(((long)node + lap + 1) % n);
        for (int lap = 0; lap < half; lap++)
            for (int node = 0; node < n; node++)
                if (context.Draws.Uniform() < options.Rewiring && degrees[node] < n - 1)
                    Rewire(ends, degrees, half, node, lap, context.Draws);
        for (int node = 0; node < n; node++)
            foreach (int other in ends.AsSpan(node * half, half))
                edges.Add(node, other);
        return edges.Build("watts-strogatz");
    }

    static void Rewire(int[] ends, int[] degrees, int half, int node, int lap, GraphDraws draws)
    {
        var own = ends.AsSpan(node * half, half);
        while (true)
        {
            int other = draws.Below(degrees.Length);
            if (other == node || own.Contains(other) || ends.AsSpan(other * half, half).Contains(node))
                continue;
            degrees[own[lap]]--;
            degrees[other]++;
            own[lap] = other;
            return;
        }
    }
}
