namespace AsyncOpt.Core.Topologies;

/// <summary>
/// W_ij = 1 / (1 + max(d_i, d_j)) for neighbours i and j, W_ii closes the row to 1: symmetric and doubly stochastic on
/// every undirected graph. On directed ones with one degree for all it is 1 / (1 + d), doubly stochastic.
/// </summary>
[Mixing("metropolis-hastings", Source =
    "Xiao, Boyd, Lall 2005, eq. 12; written 1 / max(|N_i|, |N_j|) with i in N_i by Zhu et al., arXiv 2306.02913")]
public sealed class MetropolisHastingsMixing : MixingRule
{
    /// <inheritdoc/>
    public override MixingMatrix Build(Topology topology)
    {
        if (topology.IsRegular)
            return MixingMatrix.OfWeight(topology, 1.0 / (1 + topology.InDegreeMax));
        if (!topology.IsSymmetric)
            throw new InputException(
                $"mixing 'metropolis-hastings' needs an undirected graph or one degree for all nodes, "
                + $"and topology '{topology.Name}' has neither; use 'uniform'");
        return MixingMatrix.OfEdges(
            topology, (i, j) => 1.0 / (1 + Math.Max(topology.InDegree(i), topology.InDegree(j))));
    }
}
