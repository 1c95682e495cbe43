using AsyncOpt.Core.Topologies;
using AsyncOpt.Kernels;

namespace AsyncOpt.Benchmarks.Loops;

/// <summary>
/// sa-srrw over the Metropolis-Hastings walk as its formulas say: x := x + gamma (delta - x), K_ij proportional to
/// P_ij (x_j / mu_j)^-alpha with mu uniform; gamma = (n+2)^-0.8, steps (n+2)^-0.9. The same as in
/// <c>references/srrw.py</c>.
/// </summary>
/// <param name="topology">The graph.</param>
/// <param name="alpha">The repellence.</param>
readonly struct RepellentWalk(Topology topology, double alpha) : ITokenWalk
{
    readonly int[][] _neighbours = SimpleWalk.Neighbours(topology);
    readonly double[][] _base = BaseWeights(topology);
    readonly double[] _visits = [.. Enumerable.Repeat(1.0 / topology.Nodes, topology.Nodes)];
    readonly double[] _weights = new double[topology.OutDegreeMax + 1];

    /// <summary>d_i P_ij of the neighbours of each node in ascending order, then that of staying.</summary>
    public static double[][] BaseWeights(Topology topology) =>
    [
        .. Enumerable.Range(0, topology.Nodes).Select(i =>
        {
            double degree = topology.OutDegree(i);
            double[] weights = [.. topology.OutNeighbours(i).ToArray().Select(j => Math.Min(1, degree / topology.OutDegree(j))), 0];
            weights[^1] = Math.Max(0, degree - weights.Sum());
            return weights;
        }),
    ];

    /// <summary>Inversion: the first rank at which the running sum exceeds a share of the whole.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="last">The last rank.</param>
    /// <param name="target">The share of their sum.</param>
    public static int Rank(double[] weights, int last, double target)
    {
        var rank = 0;
        for (var sum = weights[0]; sum <= target && rank < last; sum += weights[rank])
            rank++;
        return rank;
    }

    /// <inheritdoc/>
    public int Next(int node, double share)
    {
        var (neighbours, start, weights) = (_neighbours[node], _base[node], _weights);
        var (degree, total) = (neighbours.Length, 0.0);
        for (var k = 0; k <= degree; k++)
        {
            var at = k < degree ? neighbours[k] : node;
            total += weights[k] = start[k] == 0 ? 0 : start[k] * Math.Pow(_visits[at] * _visits.Length, -alpha);
        }
        var chosen = Rank(weights, degree, share * total);
        return chosen == degree ? node : neighbours[chosen];
    }

    /// <inheritdoc/>
    public void Visit(int node, long updates)
    {
        var gamma = Math.Pow(updates + 2, -0.8);
        VectorMath<double>.Scale(1 - gamma, _visits);
        _visits[node] += gamma;
    }

    /// <inheritdoc/>
    public double Step(int node, long updates) => Math.Pow(updates + 2, -0.9);
}
