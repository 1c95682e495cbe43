using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Theory;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Methods.Walks;

/// <summary>
/// Metropolis-Hastings with the simple walk as proposal, whose target is pi_i proportional to mu_i (x_i / mu_i)^-alpha,
/// mu uniform: from i it proposes a neighbour j and goes there with probability min(1, pi_j d_i / (pi_i d_j)). The
/// target is evaluated at two nodes, whatever the degrees.
/// </summary>
/// <param name="alpha">The repellence as a function of the token's updates.</param>
sealed class HistoryWalker(StepSchedule alpha) : Walker
{
    public override BaseChain Base { get; } = new MhrwChain();

    public override bool NeedsVisits => true;

    public override bool NeedsRows => false;

    public override Type NoiseType => typeof(ChainWalker);

    public override WalkInteraction Interaction => WalkInteraction.Target;

    public override StepSchedule Alpha => alpha;

    // One uniform number serves twice: its integer part, times the degree, proposes; its fraction accepts.
    public override int Next(in TokenState s, in VisitMeasure visits, Effects e)
    {
        var node = e.Place;
        var degree = Topology.OutDegree(node);
        var share = e.Uniform() * degree;
        if (degree == 0)
            return node;
        var k = Math.Min((int)share, degree - 1);
        var other = Topology.OutNeighbour(node, k);
        var ratio = Acceptance(
            Topology, node, other, visits.LogRatios, VisitMeasure.Floor(s.Scale), alpha.At(s.Updates));
        return share - k < ratio ? other : node;
    }

    /// <summary>min(1, pi_j d_i / (pi_i d_j)).</summary>
    /// <param name="topology">An undirected graph.</param>
    /// <param name="node">i.</param>
    /// <param name="other">j, a neighbour of i.</param>
    /// <param name="logRatios">log(x_j / mu_j) of every node, up to a common constant.</param>
    /// <param name="floor">Smaller values of it count as this.</param>
    /// <param name="alpha">The repellence, at least 0.</param>
    public static double Acceptance(
        Topology topology, int node, int other, ReadOnlySpan<double> logRatios, double floor, double alpha)
    {
        var ratio = (double)topology.OutDegree(node) / topology.OutDegree(other);
        if (alpha > 0)
        {
            ratio *= ExactMath.Exp(
                -alpha * (Math.Max(floor, logRatios[other]) - Math.Max(floor, logRatios[node])));
        }
        return Math.Min(1, ratio);
    }
}
