using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Methods.Walks;

/// <summary>
/// Simple random walk: P_ij = 1 / d_i for each neighbour j. Stationary in proportion to degrees.
/// </summary>
[BaseChain("srw", Source = "the simple random walk of arXiv 2305.05097")]
public sealed class SrwChain : BaseChain
{
    /// <inheritdoc/>
    public override bool IsSimple => true;

    /// <inheritdoc/>
    public override double Stationary(Topology topology, int node) => Math.Max(1, topology.OutDegree(node));

    /// <inheritdoc/>
    public override void Weights(Topology topology, int node, Span<double> weights)
    {
        var degree = topology.OutDegree(node);
        weights[..degree].Fill(1);
        weights[degree] = degree == 0 ? 1 : 0;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SrwChain;

    /// <inheritdoc/>
    public override int GetHashCode() => 0;
}
