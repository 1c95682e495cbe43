namespace AsyncOpt.Core.Topologies;

/// <summary>Neighbours that follow from a formula, so that no arrays per edge are held.</summary>
abstract class ComputedRows(int nodes)
{
    public int Nodes { get; } = nodes;

    /// <summary>In- and out-degree of every node.</summary>
    public abstract int Degree { get; }

    public abstract bool IsSymmetric { get; }

    public abstract int Out(int node, int k);

    public abstract int In(int node, int k);

    public abstract long EdgeId(int from, int to);

    public abstract ReadOnlySpan<int> OutRow(int node);

    public abstract ReadOnlySpan<int> InRow(int node);

    public abstract ReadOnlySpan<int> InEdgeRow(int node);
}

/// <summary>All ordered pairs: the k-th neighbour of i is k below i and k + 1 from there on.</summary>
sealed class CompleteRows(int nodes) : ComputedRows(nodes)
{
    public override int Degree => Nodes - 1;

    public override bool IsSymmetric => true;

    public override int Out(int node, int k) => k < node ? k : k + 1;

    public override int In(int node, int k) => Out(node, k);

    public override long EdgeId(int from, int to) =>
        from == to ? -1 : (long)from * Degree + (to < from ? to : to - 1);

    public override ReadOnlySpan<int> OutRow(int node) => throw NoRows();

    public override ReadOnlySpan<int> InRow(int node) => throw NoRows();

    public override ReadOnlySpan<int> InEdgeRow(int node) => throw NoRows();

    InvalidOperationException NoRows() => new(
        $"a complete graph of {Nodes} nodes holds no rows of neighbours; ask for one neighbour by its index");
}

/// <summary>
/// Every node sends to the one that lies <paramref name="shift"/> further round the circle.
/// All shifts of a schedule share one array (0, 1, .., n - 1), of which a row is a window of length 1.
/// </summary>
sealed class ShiftRows(int[] circle, int shift) : ComputedRows(circle.Length)
{
    public override int Degree => 1;

    public override bool IsSymmetric => 2 * (long)shift == Nodes;

    public override int Out(int node, int k) => (int)(((long)node + shift) % Nodes);

    public override int In(int node, int k) => (int)(((long)node + Nodes - shift) % Nodes);

    public override long EdgeId(int from, int to) => Out(from, 0) == to ? from : -1;

    public override ReadOnlySpan<int> OutRow(int node) => circle.AsSpan(Out(node, 0), 1);

    public override ReadOnlySpan<int> InRow(int node) => circle.AsSpan(In(node, 0), 1);

    // A sender has one edge, so the edge's id is the sender's.
    public override ReadOnlySpan<int> InEdgeRow(int node) => InRow(node);
}
