using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Methods.Walks;

/// <summary>Names a base chain in experiment files.</summary>
/// <param name="name">The name, for instance <c>mhrw</c>.</param>
public sealed class BaseChainAttribute(string name) : EntryAttribute(name);

/// <summary>
/// A random walk on a connected undirected graph: a Markov chain P that moves along edges or stays, reversible with
/// respect to its stationary distribution mu: mu_i P_ij = mu_j P_ji. Immutable; equal where it is known to be the same
/// chain.
/// </summary>
[EntryKind("base chains")]
public abstract class BaseChain
{
    /// <summary>
    /// Whether each neighbour is equally likely and the walk never stays, so that no weights are needed.
    /// </summary>
    public virtual bool IsSimple => false;

    /// <summary>mu_i up to a factor common to all nodes, above 0.</summary>
    /// <param name="topology">A connected undirected graph.</param>
    /// <param name="node">i.</param>
    public abstract double Stationary(Topology topology, int node);

    /// <summary>
    /// Row i of P up to a factor common to the row: the weights of the neighbours in ascending order, then that of
    /// staying.
    /// </summary>
    /// <param name="topology">An undirected graph that holds rows.</param>
    /// <param name="node">i.</param>
    /// <param name="weights">Receives degree + 1 weights; none below 0, not all 0.</param>
    public abstract void Weights(Topology topology, int node, Span<double> weights);

    /// <summary>The sum of <see cref="Stationary"/> over all nodes.</summary>
    /// <param name="topology">A connected undirected graph.</param>
    public double StationaryTotal(Topology topology)
    {
        var total = new PairwiseSum();
        for (var node = 0; node < topology.Nodes; node++)
            total.Add(Stationary(topology, node));
        return total.Total;
    }

    /// <summary>The stationary distribution mu, N numbers of sum 1.</summary>
    /// <param name="topology">A connected undirected graph.</param>
    public double[] Mu(Topology topology)
    {
        var total = StationaryTotal(topology);
        var mu = new double[topology.Nodes];
        for (var node = 0; node < mu.Length; node++)
            mu[node] = Stationary(topology, node) / total;
        return mu;
    }

    /// <summary>log mu_i of every node.</summary>
    /// <param name="topology">A connected undirected graph.</param>
    public double[] LogMu(Topology topology)
    {
        var logTotal = ExactMath.Log(StationaryTotal(topology));
        var logMu = new double[topology.Nodes];
        for (var node = 0; node < logMu.Length; node++)
            logMu[node] = ExactMath.Log(Stationary(topology, node)) - logTotal;
        return logMu;
    }

    /// <summary>Row i of P: the probabilities of the neighbours in ascending order, then that of staying.</summary>
    /// <param name="topology">An undirected graph that holds rows.</param>
    /// <param name="node">i.</param>
    /// <param name="probabilities">Receives degree + 1 numbers of sum 1.</param>
    public void Probabilities(Topology topology, int node, Span<double> probabilities)
    {
        Weights(topology, node, probabilities);
        var sum = 0.0;
        foreach (var weight in probabilities)
            sum += weight;
        foreach (ref var weight in probabilities)
            weight /= sum;
    }
}
