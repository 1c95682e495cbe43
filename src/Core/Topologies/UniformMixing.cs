namespace AsyncOpt.Core.Topologies;

/// <summary>
/// Every node weighs itself and all it hears from alike: W_ij = W_ii = 1 / (1 + in-degree of i). Doubly stochastic
/// where all in- and out-degrees are equal (rings, tori, exponential graphs); otherwise only rows sum to 1, and the
/// mean is not kept.
/// </summary>
[Mixing("uniform", Source = "Ying et al., NeurIPS 2021, eq. 5, for exponential graphs")]
public sealed class UniformMixing : MixingRule
{
    /// <inheritdoc/>
    public override MixingMatrix Build(Topology topology) => topology.InDegreeMin == topology.InDegreeMax
        ? MixingMatrix.OfWeight(topology, 1.0 / (1 + topology.InDegreeMax))
        : MixingMatrix.OfEdges(topology, (i, _) => 1.0 / (1 + topology.InDegree(i)));
}
