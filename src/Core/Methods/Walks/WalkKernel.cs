using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Methods.Walks;

/// <summary>
/// The steps of walks as pure functions. Weights are those of the neighbours in ascending order, then that of staying;
/// they need not sum to 1.
/// </summary>
public static class WalkKernel
{
    const int Lanes = 4;

    /// <summary>
    /// Turns base weights into those of the self-repellent walk: w_j := w_j (x_j / mu_j)^-alpha. Common factors of x
    /// and of mu do not matter. With alpha 0 nothing changes.
    /// </summary>
    /// <param name="topology">An undirected graph that holds rows.</param>
    /// <param name="node">Where the walk is.</param>
    /// <param name="logRatios">log(x_j / mu_j) of every node, up to a common constant.</param>
    /// <param name="floor">Smaller values of it count as this.</param>
    /// <param name="alpha">How strongly it repels itself, at least 0.</param>
    /// <param name="row">degree + 1 base weights.</param>
    /// <param name="weights">Receives as many; may be the row.</param>
    public static void Repel(
        Topology topology, int node, ReadOnlySpan<double> logRatios, double floor, double alpha,
        ReadOnlySpan<double> row, Span<double> weights)
    {
        if (alpha == 0)
        {
            row.CopyTo(weights);
            return;
        }
        var neighbours = topology.OutNeighbours(node);
        var stays = row[neighbours.Length] > 0;
        // The least visited one gets the factor 1: nothing overflows, and the sum cannot vanish.
        var least = stays ? double.MaxNative(floor, logRatios[node]) : double.PositiveInfinity;
        foreach (var other in neighbours)
            least = double.MinNative(least, double.MaxNative(floor, logRatios[other]));
        var first = 0;
        for (; first + Lanes <= neighbours.Length; first += Lanes)
        {
            var logs = Vector256.Create(
                logRatios[neighbours[first]], logRatios[neighbours[first + 1]],
                logRatios[neighbours[first + 2]], logRatios[neighbours[first + 3]]);
            (Vector256.Create(row.Slice(first, Lanes)) * Factors(logs, floor, least, alpha))
                .CopyTo(weights.Slice(first, Lanes));
        }
        // The last neighbours, and the node itself where the walk may stay.
        var rest = neighbours[first..];
        var factors = Factors(
            Vector256.Create(
                rest.Length > 0 ? logRatios[rest[0]] : least, rest.Length > 1 ? logRatios[rest[1]] : least,
                rest.Length > 2 ? logRatios[rest[2]] : least, stays ? logRatios[node] : least),
            floor, least, alpha);
        for (var k = 0; k < rest.Length; k++)
            weights[first + k] = row[first + k] * factors[k];
        weights[neighbours.Length] = row[neighbours.Length] * factors[Lanes - 1];
    }

    // (x_j / mu_j)^-alpha of four nodes, over that of the least.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<double> Factors(Vector256<double> logs, double floor, double least, double alpha) =>
        ExactMath.Exp((Vector256.Max(logs, Vector256.Create(floor)) - Vector256.Create(least)) * -alpha);

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
    /// <param name="weights">At least one weight, none below 0, not all 0; they become their running sums.</param>
    /// <param name="share">Uniform in (0, 1).</param>
    public static int Sample(Span<double> weights, double share)
    {
        var total = 0.0;
        foreach (ref var weight in weights)
            weight = total += weight;
        var target = share * total;
        // No branch for each: which one it is cannot be guessed.
        var rank = 0;
        foreach (var sum in weights)
            rank += sum <= target ? 1 : 0;
        // Rounded up, the target may be the whole: then the last that counts.
        return rank < weights.Length ? rank : weights.IndexOf(total);
    }
}
