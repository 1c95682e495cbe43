namespace AsyncOpt.Core.Topologies;

/// <summary>
/// The weights W with which nodes average what they hear: x_i becomes W_ii x_i + sum of W_ij x_j over the in-neighbours
/// j of i. Rows sum to 1 and weights are not negative. Weights lie beside the in-neighbours of each node; where all
/// are equal they are held once, whatever the number of nodes. Immutable.
/// </summary>
public sealed class MixingMatrix
{
    // Sums of a row, of a column and of symmetric pairs are compared up to this.
    const double Tolerance = 1e-12;

    readonly double[] _weights; // per in-edge, or one longest row of equal weights
    readonly double[] _self; // per node, or one
    readonly bool _constant;

    MixingMatrix(Topology topology, double[] weights, double[] self, bool constant)
    {
        (Topology, _weights, _self, _constant) = (topology, weights, self, constant);
        IsSymmetric = FindSymmetric();
        IsDoublyStochastic = IsSymmetric || FindDoublyStochastic();
    }

    /// <summary>The graph whose in-neighbours the weights belong to.</summary>
    public Topology Topology { get; }

    /// <summary>Number of rows and columns.</summary>
    public int Nodes => Topology.Nodes;

    /// <summary>Whether W_ij = W_ji, to 1e-12.</summary>
    public bool IsSymmetric { get; }

    /// <summary>
    /// Whether columns, too, sum to 1, to 1e-12. If not, averaging does not keep the mean: it goes to a weighted mean
    /// that favours some nodes.
    /// </summary>
    public bool IsDoublyStochastic { get; }

    /// <summary>The one weight of every edge and the one weight of every node on itself, where they are one.</summary>
    public (double Edge, double Self)? Constant =>
        _constant ? (_weights.Length > 0 ? _weights[0] : 0, _self[0]) : null;

    /// <summary>The matrix with one weight for every edge.</summary>
    /// <param name="topology">A topology with one in-degree d for all nodes.</param>
    /// <param name="weight">In 0..1/d; every node keeps the rest of 1 for itself.</param>
    public static MixingMatrix OfWeight(Topology topology, double weight)
    {
        int degree = topology.InDegreeMax;
        if (topology.InDegreeMin != degree)
            throw new ArgumentException("one weight for all edges needs one in-degree for all nodes", nameof(topology));
        // The textbook weight 1 / (d + 1) is meant for the node itself, too: no rounding of 1 - d / (d + 1).
        double self = degree == 0 ? 1 : weight == 1.0 / (degree + 1) ? weight : 1 - (degree * weight);
        var row = new double[degree];
        Array.Fill(row, weight);
        CheckRow(0, row, self);
        return new MixingMatrix(topology, row, [self], constant: true);
    }

    /// <summary>The matrix of a weight for every edge; every node keeps the rest of 1 for itself.</summary>
    /// <param name="topology">A topology with rows.</param>
    /// <param name="weight">The weight W_ij of (receiver i, sender j), not negative; a row sums to 1 at most.</param>
    public static MixingMatrix OfEdges(Topology topology, Func<int, int, double> weight)
    {
        var weights = new double[topology.Edges];
        var self = new double[topology.Nodes];
        for (int node = 0; node < topology.Nodes; node++)
        {
            var neighbours = topology.InNeighbours(node);
            var row = weights.AsSpan((int)topology.InStart(node), neighbours.Length);
            for (int k = 0; k < row.Length; k++)
                row[k] = weight(node, neighbours[k]);
            self[node] = 1 - Sum(row);
            CheckRow(node, row, self[node]);
        }
        return new MixingMatrix(topology, weights, self, constant: false);
    }

    /// <summary>The matrix (1 - share) I + share W.</summary>
    /// <param name="share">In (0, 1].</param>
    public MixingMatrix Lazy(double share)
    {
        if (share is not (> 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "expected a share in (0, 1]");
        return new MixingMatrix(
            Topology,
            Array.ConvertAll(_weights, w => share * w),
            Array.ConvertAll(_self, w => 1 - share + (share * w)),
            _constant);
    }

    /// <summary>The weights of a node's in-neighbours, in their order.</summary>
    /// <param name="node">In 0..Nodes-1.</param>
    public ReadOnlySpan<double> Weights(int node) => _constant
        ? _weights
        : _weights.AsSpan((int)Topology.InStart(node), Topology.InDegree(node));

    /// <summary>The weight of a node on itself.</summary>
    /// <param name="node">In 0..Nodes-1.</param>
    public double SelfWeight(int node) => _self[_constant ? 0 : node];

    /// <summary>The product y = W x.</summary>
    /// <param name="x">One number a node.</param>
    /// <param name="y">Receives one number a node; must not overlap x.</param>
    public void Multiply(ReadOnlySpan<double> x, Span<double> y)
    {
        if (!Topology.HasRows)
        {
            double total = Sum(x);
            for (int node = 0; node < Nodes; node++)
                y[node] = (_self[0] * x[node]) + (_weights[0] * (total - x[node]));
            return;
        }
        for (int node = 0; node < Nodes; node++)
        {
            var neighbours = Topology.InNeighbours(node);
            var weights = Weights(node);
            double sum = SelfWeight(node) * x[node];
            for (int k = 0; k < neighbours.Length; k++)
                sum += weights[k] * x[neighbours[k]];
            y[node] = sum;
        }
    }

    /// <summary>All entries, (row, column). For small matrices: memory is quadratic.</summary>
    public double[,] ToDense()
    {
        var dense = new double[Nodes, Nodes];
        for (int node = 0; node < Nodes; node++)
        {
            dense[node, node] = SelfWeight(node);
            var weights = Weights(node);
            for (int k = 0; k < weights.Length; k++)
                dense[node, Topology.InNeighbour(node, k)] = weights[k];
        }
        return dense;
    }

    bool FindSymmetric()
    {
        if (!Topology.IsSymmetric)
            return false;
        if (_constant)
            return true;
        // In a symmetric graph in-rows are out-rows, so the id of the edge back from here is its place among weights.
        for (int node = 0; node < Nodes; node++)
        {
            var weights = Weights(node);
            var ids = Topology.InEdgeIds(node);
            for (int k = 0; k < weights.Length; k++)
                if (Math.Abs(weights[k] - _weights[ids[k]]) > Tolerance)
                    return false;
        }
        return true;
    }

    bool FindDoublyStochastic()
    {
        if (_constant)
            return Topology.OutDegreeMin == Topology.OutDegreeMax;
        var columns = new double[Nodes];
        for (int node = 0; node < Nodes; node++)
        {
            columns[node] += SelfWeight(node);
            var neighbours = Topology.InNeighbours(node);
            var weights = Weights(node);
            for (int k = 0; k < weights.Length; k++)
                columns[neighbours[k]] += weights[k];
        }
        return Array.TrueForAll(columns, c => Math.Abs(c - 1) <= Tolerance);
    }

    static void CheckRow(int node, ReadOnlySpan<double> weights, double self)
    {
        bool good = self >= -Tolerance;
        foreach (double weight in weights)
            good &= weight is >= 0 and <= 1;
        if (!good)
            throw new ArgumentException($"weights of node {node} are negative, or sum to more than 1");
    }

    // Neumaier's compensated sum: a hub of 10^6 neighbours must keep exactly what its weights leave.
    static double Sum(ReadOnlySpan<double> terms)
    {
        double sum = 0, lost = 0;
        foreach (double term in terms)
        {
            double next = sum + term;
            lost += Math.Abs(sum) >= Math.Abs(term) ? sum - next + term : term - next + sum;
            sum = next;
        }
        return sum + lost;
    }
}
