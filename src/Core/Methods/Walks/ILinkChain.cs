using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Methods.Walks;

/// <summary>
/// A walk that remembers the node it left last: a Markov chain on directed links (u, v), where v is where it is.
/// </summary>
interface ILinkChain
{
    /// <summary>The probabilities of the next node.</summary>
    /// <param name="topology">A connected undirected graph that holds rows.</param>
    /// <param name="left">u; -1 for none.</param>
    /// <param name="node">v.</param>
    /// <param name="probabilities">
    /// Receives degree + 1 numbers of sum 1: of the neighbours in ascending order, then of staying.
    /// </param>
    void Probabilities(Topology topology, int left, int node, Span<double> probabilities);
}
