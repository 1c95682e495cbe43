using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Core.Topologies;

/// <summary>A rectangular grid without wrap: a node is joined with its up to four nearest. One row is a path.</summary>
[Topology("grid", Source = "'meshgrid' of Zhu et al., arXiv 2306.02913")]
public sealed class GridTopology(GridTopology.Options options) : TopologyGenerator
{
    /// <summary>The grid's options: 'nodes', or 'rows' and 'columns'.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>Number of nodes; the sides are then as nearly equal as its divisors allow.</summary>
        [Range(1, int.MaxValue)] public int? Nodes { get; init; }

        /// <summary>Number of rows.</summary>
        [Range(1, int.MaxValue)] public int? Rows { get; init; }

        /// <summary>Number of columns.</summary>
        [Range(1, int.MaxValue)] public int? Columns { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Violations() => Rectangle.Violations(Nodes, Rows, Columns);
    }

    /// <inheritdoc/>
    public override Topology Build(GraphContext context)
    {
        var (rows, columns) = Rectangle.Sides(options.Nodes, options.Rows, options.Columns);
        var edges = new TopologyBuilder(rows * columns, symmetric: true, 2L * rows * columns);
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++)
            {
                int node = r * columns + c;
                if (c + 1 < columns)
                    edges.Add(node, node + 1);
                if (r + 1 < rows)
                    edges.Add(node, node + columns);
            }
        }
        return edges.Build("grid");
    }
}
