using System.ComponentModel.DataAnnotations;

namespace AsyncOpt.Core.Topologies;

/// <summary>
/// The one-peer exponential graph, a function of the iteration: at iteration t node i sends to i + 2^(t mod tau) mod n
/// only, tau = ceil(log2 n). With weights 1/2, 1/2 and n = 2^tau, tau iterations average exactly.
/// </summary>
[Topology("one-peer-exponential",
    Source = "Ying et al., 'Exponential graph is provably efficient', NeurIPS 2021, eq. 7; Assran et al., ICML 2019")]
public sealed class OnePeerExponentialTopology(OnePeerExponentialTopology.Options options) : TopologyGenerator
{
    /// <summary>The one-peer exponential graph's options.</summary>
    public sealed record Options
    {
        /// <summary>Number of nodes.</summary>
        [Range(1, int.MaxValue)] public required int Nodes { get; init; }
    }

    /// <inheritdoc/>
    public override Topology Build(GraphContext context)
    {
        int n = options.Nodes;
        if (n == 1)
            return new TopologyBuilder(1, symmetric: false).Build("one-peer-exponential");
        if (MachineMemory.Refusal(n, n) is { } tooLarge)
            throw new InputException(tooLarge);
        var circle = new int[n];
        for (int node = 0; node < n; node++)
            circle[node] = node;
        var phases = new List<Topology>();
        for (long offset = 1; offset < n; offset *= 2)
            phases.Add(Topology.Shift("one-peer-exponential", circle, (int)offset));
        return Topology.OfPhases("one-peer-exponential", phases);
    }
}
