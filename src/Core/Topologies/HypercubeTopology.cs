using System.ComponentModel.DataAnnotations;
using System.Numerics;
using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Core.Topologies;

/// <summary>Nodes are the binary words of d digits; those that differ in one digit are joined. n = 2^d.</summary>
[Topology("hypercube", Source = "d-fold Cartesian product of K_2")]
public sealed class HypercubeTopology(HypercubeTopology.Options options) : TopologyGenerator
{
    /// <summary>The hypercube's options: 'nodes' or 'dimension'.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>Number of nodes, a power of 2.</summary>
        [Range(1, 1 << 30)] public int? Nodes { get; init; }

        /// <summary>Number of digits d; there are 2^d nodes.</summary>
        [Range(0, 30)] public int? Dimension { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (Nodes is null && Dimension is null)
                yield return "expected 'nodes' or 'dimension'";
            if (Nodes is { } nodes && !BitOperations.IsPow2(nodes))
                yield return $"expected 'nodes' to be a power of 2, got {nodes}";
            else if (Nodes is { } n && Dimension is { } d && n != 1 << d)
                yield return $"'nodes' is {n}, but a hypercube of dimension {d} has {1 << d}; give one or the other";
        }
    }

    /// <inheritdoc/>
    public override Topology Build(GraphContext context)
    {
        int dimension = options.Dimension ?? BitOperations.Log2((uint)options.Nodes!.Value);
        int n = 1 << dimension;
        var edges = new TopologyBuilder(n, symmetric: true, (long)n * dimension / 2);
        for (int node = 0; node < n; node++)
            for (int digit = 1; digit < n; digit <<= 1)
                if ((node & digit) == 0)
                    edges.Add(node, node | digit);
        var lengths = new int[dimension];
        Array.Fill(lengths, 2);
        return edges.Build("hypercube", new CycleProductShape(lengths));
    }
}
