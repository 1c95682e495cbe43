using System.ComponentModel.DataAnnotations;

namespace AsyncOpt.Core.Topologies;

/// <summary>The static exponential graph: directed, i sends to i + b^k mod n, for all powers b^k below n.</summary>
[Topology("exponential", Source = "Ying et al., 'Exponential graph is provably efficient', NeurIPS 2021, eq. 5")]
public sealed class ExponentialTopology(ExponentialTopology.Options options) : TopologyGenerator
{
    /// <summary>The exponential graph's options.</summary>
    public sealed record Options
    {
        /// <summary>Number of nodes.</summary>
        [Range(1, int.MaxValue)] public required int Nodes { get; init; }

        /// <summary>The base b of the distances 1, b, b^2, ..</summary>
        [Range(2, int.MaxValue)] public int Base { get; init; } = 2;
    }

    /// <inheritdoc/>
    public override Topology Build(GraphContext context)
    {
        int n = options.Nodes;
        var offsets = new List<int>();
        for (long offset = 1; offset < n; offset *= options.Base)
            offsets.Add((int)offset);
        var edges = new TopologyBuilder(n, symmetric: false, (long)n * offsets.Count);
        for (int node = 0; node < n; node++)
            foreach (int offset in offsets)
                edges.Add(node, (int)(((long)node + offset) % n));
        return edges.Build("exponential", new CirculantShape(offsets));
    }
}
