using System.ComponentModel.DataAnnotations;

namespace AsyncOpt.Core.Topologies;

/// <summary>Node 0, the hub, is joined with every other node.</summary>
[Topology("star", Source = "'star' of Zhu et al., arXiv 2306.02913")]
public sealed class StarTopology(StarTopology.Options options) : TopologyGenerator
{
    /// <summary>The star's options.</summary>
    public sealed record Options
    {
        /// <summary>Number of nodes, the hub included.</summary>
        [Range(1, int.MaxValue)] public required int Nodes { get; init; }
    }

    /// <inheritdoc/>
    public override Topology Build(GraphContext context)
    {
        var edges = new TopologyBuilder(options.Nodes, symmetric: true, options.Nodes - 1);
        for (int leaf = 1; leaf < options.Nodes; leaf++)
            edges.Add(0, leaf);
        return edges.Build("star", new StarShape());
    }
}
