using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Methods.Walks;

/// <summary>A reversible random walk on an undirected graph.</summary>
public enum WalkBase
{
    /// <summary>
    /// Simple random walk: each neighbour with probability 1 / d_i. Stationary in proportion to degrees.
    /// </summary>
    Srw,

    /// <summary>
    /// Metropolis-Hastings random walk: neighbour j with probability min(1 / d_i, 1 / d_j), else it stays.
    /// Stationary: uniform.
    /// </summary>
    Mhrw,
}

/// <summary>
/// The steps of walks as pure functions. Weights are those of the neighbours in ascending order, then that of staying;
/// they need not sum to 1.
/// </summary>
public static class WalkKernel
{
    /// <summary>The logarithm of the stationary probability of every node under a base walk.</summary>
    /// <param name="walk">The base walk.</param>
    /// <param name="topology">A connected undirected graph.</param>
    public static double[] LogStationary(WalkBase walk, Topology topology)
    {
        var logMu = new double[topology.Nodes];
        var logUniform = -ExactMath.Log(topology.Nodes);
        var logEdges = topology.Edges == 0 ? 0 : ExactMath.Log(topology.Edges);
        for (var node = 0; node < logMu.Length; node++)
        {
            logMu[node] = walk == WalkBase.Mhrw || topology.Edges == 0
                ? logUniform
                : ExactMath.Log(topology.OutDegree(node)) - logEdges;
        }
        return logMu;
    }

    /// <summary>The weights of a base walk's next step: its probabilities times the degree.</summary>
    /// <param name="walk">The base walk.</param>
    /// <param name="topology">An undirected graph that holds rows.</param>
    /// <param name="node">Where the walk is.</param>
    /// <param name="weights">Receives degree + 1 weights.</param>
    /// <returns>The number of weights, degree + 1.</returns>
    public static int BaseWeights(WalkBase walk, Topology topology, int node, Span<double> weights)
    {
        var neighbours = topology.OutNeighbours(node);
        var degree = neighbours.Length;
        if (walk == WalkBase.Srw)
        {
            weights[..degree].Fill(1);
            weights[degree] = degree == 0 ? 1 : 0;
            return degree + 1;
        }
        var sum = 0.0;
        for (var k = 0; k < degree; k++)
        {
            var other = topology.OutDegree(neighbours[k]);
            sum += weights[k] = other <= degree ? 1 : (double)degree / other;
        }
        weights[degree] = degree == 0 ? 1 : Math.Max(0, degree - sum);
        return degree + 1;
    }

    /// <summary>
    /// Turns base weights into those of the self-repellent walk: w_j := w_j (x_j / mu_j)^-alpha. Common factors of x
    /// and of mu do not matter. With alpha 0 nothing changes.
    /// </summary>
    /// <param name="topology">An undirected graph that holds rows.</param>
    /// <param name="node">Where the walk is.</param>
    /// <param name="logRatios">log(x_j / mu_j) of every node, up to a common constant.</param>
    /// <param name="floor">Smaller values of it count as this.</param>
    /// <param name="alpha">How strongly it repels itself, at least 0.</param>
    /// <param name="weights">degree + 1 base weights, changed in place.</param>
    public static void Repel(
        Topology topology, int node, ReadOnlySpan<double> logRatios, double floor, double alpha, Span<double> weights)
    {
        if (alpha == 0)
            return;
        var neighbours = topology.OutNeighbours(node);
        var degree = neighbours.Length;
        // The least visited one gets the factor 1: nothing overflows, and the sum cannot vanish.
        var least = weights[degree] > 0 ? Math.Max(floor, logRatios[node]) : double.PositiveInfinity;
        foreach (var other in neighbours)
            least = Math.Min(least, Math.Max(floor, logRatios[other]));
        for (var k = 0; k < degree; k++)
            weights[k] *= ExactMath.Exp(-alpha * (Math.Max(floor, logRatios[neighbours[k]]) - least));
        if (weights[degree] > 0)
            weights[degree] *= ExactMath.Exp(-alpha * (Math.Max(floor, logRatios[node]) - least));
    }

    /// <summary>Inversion: the first index at which the running sum exceeds a share of the whole.</summary>
    /// <param name="weights">At least one weight, none below 0, not all 0.</param>
    /// <param name="share">Uniform in (0, 1).</param>
    public static int Sample(ReadOnlySpan<double> weights, double share)
    {
        var total = 0.0;
        foreach (var weight in weights)
            total += weight;
        var target = share * total;
        var (sum, last) = (0.0, 0);
        for (var k = 0; k < weights.Length; k++)
        {
            if (weights[k] == 0)
                continue;
            sum += weights[k];
            last = k;
            if (sum > target)
                return k;
        }
        return last;
    }
}
