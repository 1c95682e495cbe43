using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Methods.Walks;

/// <summary>The steps of a base chain.</summary>
/// <param name="chain">Which.</param>
sealed class ChainWalker(BaseChain chain) : RowWalker
{
    public override BaseChain Base => chain;

    public override bool NeedsRows => !chain.IsSimple;

    public override int Next(in TokenState s, in VisitMeasure visits, Effects e)
    {
        if (!chain.IsSimple)
            return base.Next(in s, in visits, e);
        var node = e.Place;
        var degree = Topology.OutDegree(node);
        var share = e.Uniform();
        return degree == 0 ? node : Topology.OutNeighbour(node, Math.Min((int)(share * degree), degree - 1));
    }
}
