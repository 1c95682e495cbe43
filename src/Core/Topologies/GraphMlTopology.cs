using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Topologies;

/// <summary>
/// The graph of a GraphML file. Nodes are named by their id or by one of their data; other data, such as weights, and
/// ports are passed over. Hyperedges and graphs within nodes are refused.
/// </summary>
[Topology("graphml", Source = "a GraphML file of networkx, igraph, Gephi or yEd")]
public sealed class GraphMlTopology(GraphMlTopology.Options options) : TopologyGenerator
{
    /// <summary>The options.</summary>
    public sealed record Options : FileGraphOptions
    {
        /// <summary>
        /// The key of a node's data that is its name: the key's <c>attr.name</c> or id; none: the node's id.
        /// </summary>
        public string? Names { get; init; }
    }

    /// <inheritdoc/>
    public override Topology Build(GraphContext context) =>
        FileGraph.Of("graphml", GraphMlReader.Read(context.Locate(options.File), options.Names), options);
}
