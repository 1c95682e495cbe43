using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Topologies;

/// <summary>
/// The graph of a file: one edge a line, as two labels; further columns, such as weights and times, are passed over.
/// Self loops and repeated edges are dropped and counted. Nodes are numbered by label where all labels are whole
/// numbers, else in the order in which labels first appear.
/// </summary>
[Topology("edge-list", Source = "a file of SNAP, KONECT, networkx, Gephi or a spreadsheet")]
public sealed class EdgeListTopology(EdgeListTopology.Options options) : TopologyGenerator
{
    /// <summary>
    /// The edge list's options. Blank lines and lines that start with # or % are skipped; labels with a separator in
    /// them stand in double quotes.
    /// </summary>
    public sealed record Options : FileGraphOptions
    {
        /// <summary>
        /// What is between labels; auto: a semicolon or comma where the first line has one, else blanks.
        /// </summary>
        public FieldSeparator Separator { get; init; }

        /// <summary>Whether the first line names the columns; auto: as it looks, and <c>validate</c> says it.</summary>
        [Word("auto")]
        public bool? Header { get; init; }

        /// <summary>
        /// The column of an edge's first node: its number from 1, or its name in the header; none: 1.
        /// </summary>
        public string? From { get; init; }

        /// <summary>The column of an edge's second node; none: 2.</summary>
        public string? To { get; init; }
    }

    /// <inheritdoc/>
    public override Topology Build(GraphContext context)
    {
        var form = new EdgeListForm
        {
            Separator = options.Separator,
            Header = options.Header,
            From = options.From,
            To = options.To,
        };
        return FileGraph.Of("edge-list", EdgeListReader.Read(context.Locate(options.File), form), options);
    }
}
