namespace AsyncOpt.Core.Topologies;

/// <summary>Rows and columns of grids and tori. Node (r, c) has number r * columns + c.</summary>
static class Rectangle
{
    /// <summary>The sides that were given, or those of the most nearly square rectangle of as many nodes.</summary>
    public static (int Rows, int Columns) Sides(int? nodes, int? rows, int? columns)
    {
        if (rows is { } r && columns is { } c)
            return (r, c);
        int n = nodes!.Value;
        // The greatest divisor up to the root; 1 for a prime, whose rectangle is one row.
        int side = (int)Math.Sqrt(n);
        while (n % side != 0)
            side--;
        return (side, n / side);
    }

    /// <summary>What is wrong with the sizes, if anything.</summary>
    public static IEnumerable<string> Violations(int? nodes, int? rows, int? columns)
    {
        if (nodes is null && (rows is null || columns is null))
            yield return "expected 'nodes', or both 'rows' and 'columns'";
        else if ((rows is null) != (columns is null))
            yield return "expected 'rows' and 'columns' together, or 'nodes' alone";
        else if (rows is { } r && columns is { } c)
        {
            if ((long)r * c > int.MaxValue)
                yield return $"'rows' x 'columns' is {(long)r * c}; at most {int.MaxValue} nodes can be numbered";
            else if (nodes is { } n && n != r * c)
                yield return $"'nodes' is {n}, but 'rows' x 'columns' is {r * c}; give one or the other";
        }
    }
}
