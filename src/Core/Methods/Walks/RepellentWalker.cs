using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Theory;

namespace AsyncOpt.Core.Methods.Walks;

/// <summary>K_ij[x] proportional to P_ij (x_j / mu_j)^-alpha: a base chain that avoids where it has been.</summary>
/// <param name="chain">P.</param>
/// <param name="alpha">The repellence as a function of the token's updates.</param>
sealed class RepellentWalker(BaseChain chain, StepSchedule alpha) : RowWalker
{
    public override BaseChain Base => chain;

    public override bool NeedsVisits => true;

    public override Type NoiseType => typeof(ChainWalker);

    public override WalkInteraction Interaction => WalkInteraction.Kernel;

    public override StepSchedule Alpha => alpha;

    protected override void Weigh(
        in TokenState s, in VisitMeasure visits, int node, ReadOnlySpan<double> row, Span<double> weights) =>
        WalkKernel.Repel(
            Topology, node, visits.LogRatios, VisitMeasure.Floor(s.Scale), alpha.At(s.Updates), row, weights);
}
