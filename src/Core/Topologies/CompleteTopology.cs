using System.ComponentModel.DataAnnotations;

namespace AsyncOpt.Core.Topologies;

/// <summary>Every node is joined with every other. Above 2,048 nodes its edges are computed, not held.</summary>
[Topology("complete", Source = "K_n")]
public sealed class CompleteTopology(CompleteTopology.Options options) : TopologyGenerator
{
    /// <summary>The complete graph's options.</summary>
    public sealed record Options
    {
        /// <summary>Number of nodes.</summary>
        [Range(1, int.MaxValue)] public required int Nodes { get; init; }
    }

    /// <inheritdoc/>
    public override Topology Build(GraphContext context) => Topology.Complete("complete", options.Nodes);
}
