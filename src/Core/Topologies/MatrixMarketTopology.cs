using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Topologies;

/// <summary>
/// The graph of a square sparse matrix in a Matrix Market file: an entry (i, j) joins nodes i and j, which keep these
/// numbers, from 1, as their names. Values are passed over; a stored zero is no edge.
/// </summary>
[Topology("matrix-market", Source = "a .mtx file of SuiteSparse, Network Repository or scipy")]
public sealed class MatrixMarketTopology(MatrixMarketTopology.Options options) : TopologyGenerator
{
    /// <summary>
    /// The options. A matrix that says it is symmetric has edges both ways, a general one that is not symmetric has
    /// edges of one direction.
    /// </summary>
    public sealed record Options : FileGraphOptions;

    /// <inheritdoc/>
    public override Topology Build(GraphContext context) =>
        FileGraph.Of("matrix-market", MatrixMarketReader.Read(context.Locate(options.File)), options);
}
