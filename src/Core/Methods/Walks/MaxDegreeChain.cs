using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Methods.Walks;

/// <summary>
/// Maximum-degree walk: P_ij = 1 / d_max for each neighbour j, else it stays. Stationary: uniform. It needs no degree
/// of a neighbour, and stays long where degrees are far below the greatest.
/// </summary>
[BaseChain("max-degree", Source = "Boyd, Diaconis, Xiao, SIAM Review 46 (2004), maximum-degree chain")]
public sealed class MaxDegreeChain : BaseChain
{
    /// <inheritdoc/>
    public override double Stationary(Topology topology, int node) => 1;

    /// <inheritdoc/>
    public override void Weights(Topology topology, int node, Span<double> weights)
    {
        var degree = topology.OutDegree(node);
        weights[..degree].Fill(1);
        weights[degree] = degree == 0 ? 1 : topology.OutDegreeMax - degree;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MaxDegreeChain;

    /// <inheritdoc/>
    public override int GetHashCode() => 0;
}
