using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Core.Topologies;

/// <summary>
/// A torus: a grid whose rows and columns close to rings. Sides of two nodes have one edge, sides of one have none,
/// so a torus of one row is a ring.
/// </summary>
[Topology("torus", Source = "Cartesian product of two rings")]
public sealed class TorusTopology(TorusTopology.Options options) : TopologyGenerator
{
    /// <summary>The torus' options: 'nodes', or 'rows' and 'columns'.</summary>
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
                if (c + 1 < columns || columns > 2)
                    edges.Add(node, r * columns + (c + 1 < columns ? c + 1 : 0));
                if (r + 1 < rows || rows > 2)
                    edges.Add(node, (r + 1 < rows ? r + 1 : 0) * columns + c);
            }
        }
        return edges.Build("torus", new CycleProductShape([rows, columns]));
    }
}
