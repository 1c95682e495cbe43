using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Methods.Walks;

/// <summary>
/// Metropolis-Hastings with delayed acceptance: where a step of the Metropolis-Hastings walk P from v would go back to
/// the node u that was left last, another neighbour w is proposed, each with the same probability, and taken with
/// probability min(1, (P_vw / P_vu)^2); else it goes back.
/// </summary>
/// <remarks>
/// Why the nodes stay uniform: given that it leaves v, the base walk goes to w with probability r(w) = P_vw / (1 -
/// P_vv), and in equilibrium it had come from u with probability r(u). So any rule u -> w that keeps r keeps the flow
/// on every directed link, and r(u) r(w) + r(u)^2 / (d - 1) min(1, (r(w) / r(u))^2) is symmetric in u and w.
/// </remarks>
sealed class DelayedAcceptanceWalker : RowWalker, ILinkChain
{
    public override BaseChain Base { get; } = new MhrwChain();

    public override int Next(in TokenState s, in VisitMeasure visits, Effects e)
    {
        var node = e.Place;
        var first = base.Next(in s, in visits, e);
        var degree = Topology.OutDegree(node);
        if (first != s.Left - 1 || first == node || degree == 1)
            return first;
        // One uniform number serves twice: its integer part, times d - 1, proposes; its fraction accepts.
        var share = e.Uniform() * (degree - 1);
        var k = Math.Min((int)share, degree - 2);
        var skipped = WalkKernel.IndexOf(Topology, node, first);
        var other = Topology.OutNeighbour(node, k >= skipped ? k + 1 : k);
        return share - k < SecondAcceptance(Topology, first, node, other) ? other : first;
    }

    public void Probabilities(Topology topology, int left, int node, Span<double> probabilities)
    {
        Base.Probabilities(topology, node, probabilities);
        var degree = topology.OutDegree(node);
        var back = WalkKernel.IndexOf(topology, node, left);
        if (back < 0 || degree == 1)
            return;
        var share = probabilities[back] / (degree - 1);
        for (var k = 0; k < degree; k++)
        {
            if (k == back)
                continue;
            var taken = share * SecondAcceptance(topology, left, node, topology.OutNeighbour(node, k));
            probabilities[k] += taken;
            probabilities[back] -= taken;
        }
    }

    /// <summary>min(1, (P_vw / P_vu)^2), where d_v P_vw = min(1, d_v / d_w).</summary>
    static double SecondAcceptance(Topology topology, int left, int node, int other)
    {
        double degree = topology.OutDegree(node);
        var ratio = Math.Min(1, degree / topology.OutDegree(other)) / Math.Min(1, degree / topology.OutDegree(left));
        return Math.Min(1, ratio * ratio);
    }
}
