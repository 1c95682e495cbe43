using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Methods.Walks;

/// <summary>
/// Each neighbour with the same probability except the one just left; back where there is no other. Its chain on
/// directed links has the uniform distribution, so it visits nodes in proportion to their degree.
/// </summary>
sealed class NonBacktrackingWalker : Walker, ILinkChain
{
    public override BaseChain Base { get; } = new SrwChain();

    public override bool NeedsRows => false;

    public override int Next(in TokenState s, in VisitMeasure visits, Effects e)
    {
        var node = e.Place;
        var degree = Topology.OutDegree(node);
        var share = e.Uniform();
        if (degree == 0)
            return node;
        var skipped = degree > 1 ? WalkKernel.IndexOf(Topology, node, s.Left - 1) : -1;
        var choices = skipped < 0 ? degree : degree - 1;
        var k = Math.Min((int)(share * choices), choices - 1);
        return Topology.OutNeighbour(node, skipped >= 0 && k >= skipped ? k + 1 : k);
    }

    public void Probabilities(Topology topology, int left, int node, Span<double> probabilities)
    {
        var degree = topology.OutDegree(node);
        probabilities.Clear();
        var skipped = degree > 1 ? WalkKernel.IndexOf(topology, node, left) : -1;
        probabilities[..degree].Fill(1.0 / (skipped < 0 ? degree : degree - 1));
        if (skipped >= 0)
            probabilities[skipped] = 0;
    }
}
