using System.ComponentModel.DataAnnotations;

namespace AsyncOpt.Core.Topologies;

/// <summary>A binary tree filled level by level: node i > 0 is joined with its parent (i - 1) / 2.</summary>
[Topology("binary-tree", Source = "heap order")]
public sealed class BinaryTreeTopology(BinaryTreeTopology.Options options) : TopologyGenerator
{
    /// <summary>The tree's options.</summary>
    public sealed record Options
    {
        /// <summary>Number of nodes; any number, the last level may be partly filled.</summary>
        [Range(1, int.MaxValue)] public required int Nodes { get; init; }
    }

    /// <inheritdoc/>
    public override Topology Build(GraphContext context)
    {
        var edges = new TopologyBuilder(options.Nodes, symmetric: true, options.Nodes - 1);
        for (int node = 1; node < options.Nodes; node++)
            edges.Add((node - 1) / 2, node);
        return edges.Build("binary-tree");
    }
}
