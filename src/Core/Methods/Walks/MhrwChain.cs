using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Methods.Walks;

/// <summary>
/// Metropolis-Hastings random walk with the simple walk as proposal: P_ij = min(1 / d_i, 1 / d_j) for each neighbour j,
/// else it stays. Stationary: uniform.
/// </summary>
[BaseChain("mhrw", Source = "Metropolis-Hastings with the simple random walk as proposal, as in arXiv 2401.09665")]
public sealed class MhrwChain : BaseChain
{
    /// <inheritdoc/>
    public override double Stationary(Topology topology, int node) => 1;

    /// <inheritdoc/>
    public override void Weights(Topology topology, int node, Span<double> weights)
    {
        // d_i P_ij, so that most weights are 1 exactly.
        var neighbours = topology.OutNeighbours(node);
        var degree = neighbours.Length;
        var sum = 0.0;
        for (var k = 0; k < degree; k++)
        {
            var other = topology.OutDegree(neighbours[k]);
            sum += weights[k] = other <= degree ? 1 : (double)degree / other;
        }
        weights[degree] = degree == 0 ? 1 : Math.Max(0, degree - sum);
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MhrwChain;

    /// <inheritdoc/>
    public override int GetHashCode() => 0;
}
