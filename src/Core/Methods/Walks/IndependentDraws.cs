using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Methods.Walks;

/// <summary>No walk: each node is drawn from mu, whatever came before.</summary>
/// <param name="like">The chain whose stationary distribution mu is.</param>
sealed class IndependentDraws(BaseChain like) : Walker
{
    double[] _sums = []; // mu_0 + .. + mu_i, unnormed; none where all are alike

    public override BaseChain Base => like;

    public override bool NeedsRows => false;

    public override bool NeedsLinks => false;

    public override void Declare(RoleLayout role)
    {
        base.Declare(role);
        var first = like.Stationary(Topology, 0);
        var sums = new double[Topology.Nodes];
        var (sum, isUniform) = (0.0, true);
        for (var node = 0; node < sums.Length; node++)
        {
            var weight = like.Stationary(Topology, node);
            isUniform &= weight == first;
            sums[node] = sum += weight;
        }
        _sums = isUniform ? [] : sums;
    }

    public override int Next(in TokenState s, in VisitMeasure visits, Effects e)
    {
        var share = e.Uniform();
        if (_sums.Length == 0)
            return Math.Min((int)(share * Topology.Nodes), Topology.Nodes - 1);
        var k = Array.BinarySearch(_sums, share * _sums[^1]);
        return Math.Min(k < 0 ? ~k : k + 1, _sums.Length - 1);
    }
}
