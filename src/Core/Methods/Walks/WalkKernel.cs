using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Methods.Walks;

/// <summary>
/// The steps of walks as pure functions. Weights are those of the neighbours in ascending order, then that of staying;
/// they need not sum to 1.
/// </summary>
public static class WalkKernel
{
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

    /// <summary>The rank of a node among the neighbours of another; -1 where it is none.</summary>
    /// <param name="topology">A graph.</param>
    /// <param name="node">Whose neighbours.</param>
    /// <param name="other">Which node; below 0 for none.</param>
    public static int IndexOf(Topology topology, int node, int other)
    {
        var edge = other < 0 ? -1 : topology.EdgeId(node, other);
        return edge < 0 ? -1 : (int)(edge - topology.OutStart(node));
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
