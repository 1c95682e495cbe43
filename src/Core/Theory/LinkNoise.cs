using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Topologies;
using MathNet.Numerics.LinearAlgebra;

namespace AsyncOpt.Core.Theory;

/// <summary>
/// The noise of a walk that is a Markov chain Q on directed links (u, v), v the node where it is. With stationary
/// distribution w, W = diag(w) and f the function h of v, centred, the asymptotic variance is
/// <c>2 f' W Z f - f' W f</c>, Z = (I - Q + 1 w')^-1; and as sum t Q^t f = Q Z Z f = (Z Z - Z) f, t = 1, 2, ..., what
/// the noise adds for not being white is <c>|f' W (Z Z - Z) f|</c>.
/// </summary>
/// <remarks>Source: Kemeny and Snell, Finite Markov Chains, theorem 4.6.3; w solves w' (I - Q + 1 1') = 1'.</remarks>
sealed class LinkNoise : WalkNoise
{
    const double ResidualMax = 1e-8; // beyond, the chain falls apart or has a period

    readonly int[] _heads; // v of each link
    readonly double[] _stationary;
    readonly Matrix<double> _perNode; // Z times the indicators of the nodes, links x nodes
    readonly Matrix<double> _later;   // (Z Z - Z) times them: sum over t of t Q^t, of what is centred

    LinkNoise(int[] heads, double[] stationary, Matrix<double> perNode, Matrix<double> later) =>
        (_heads, _stationary, _perNode, _later) = (heads, stationary, perNode, later);

    /// <summary>The stationary distribution of the nodes.</summary>
    public double[] Mu
    {
        get
        {
            var mu = new double[_perNode.ColumnCount];
            for (var e = 0; e < _heads.Length; e++)
                mu[_heads[e]] += _stationary[e];
            return mu;
        }
    }

    protected override int Nodes => _perNode.ColumnCount;

    /// <summary>Builds the chain; null where it has too many links, or no single stationary distribution.</summary>
    public static LinkNoise? Find(ILinkChain chain, Topology topology)
    {
        if (topology.Edges > DenseMax)
            return null;
        var links = (int)topology.Edges;
        var (q, heads) = (Transition(chain, topology), new int[links]);
        for (var node = 0; node < topology.Nodes; node++)
        {
            for (var k = 0; k < topology.OutDegree(node); k++)
                heads[topology.OutStart(node) + k] = topology.OutNeighbour(node, k);
        }
        var ones = Vector<double>.Build.Dense(links, 1);
        var rest = Matrix<double>.Build.DenseIdentity(links) - q;
        var w = (rest + ones.OuterProduct(ones)).Transpose().Solve(ones);
        var nodes = Matrix<double>.Build.Dense(links, topology.Nodes, (e, v) => heads[e] == v ? 1 : 0);
        var system = rest + ones.OuterProduct(w);
        var solved = system.Solve(nodes);
        var residual = (system * solved - nodes).Enumerate().Max(Math.Abs)
            + (rest.LeftMultiply(w)).Enumerate().Max(Math.Abs);
        return residual < ResidualMax ? new LinkNoise(heads, w.ToArray(), solved, system.Solve(solved) - solved) : null;
    }

    static Matrix<double> Transition(ILinkChain chain, Topology topology)
    {
        var q = Matrix<double>.Build.Dense((int)topology.Edges, (int)topology.Edges);
        var row = new double[topology.OutDegreeMax + 1];
        for (var u = 0; u < topology.Nodes; u++)
        {
            for (var k = 0; k < topology.OutDegree(u); k++)
            {
                var (link, v) = ((int)topology.OutStart(u) + k, topology.OutNeighbour(u, k));
                var degree = topology.OutDegree(v);
                chain.Probabilities(topology, u, v, row.AsSpan(0, degree + 1));
                for (var next = 0; next < degree; next++)
                    q[link, (int)topology.OutStart(v) + next] += row[next];
                q[link, link] += row[degree];
            }
        }
        return q;
    }

    public override NoiseSpectrum Of(double[] h)
    {
        var mean = 0.0;
        for (var e = 0; e < _heads.Length; e++)
            mean += _stationary[e] * h[_heads[e]];
        var centred = Vector<double>.Build.Dense(h.Length, i => h[i] - mean);
        var (zf, later) = (_perNode * centred, _later * centred);
        var (sum, end) = (0.0, 0.0);
        for (var e = 0; e < _heads.Length; e++)
        {
            var f = centred[_heads[e]];
            sum += _stationary[e] * f * ((2 * zf[e]) - f);
            end += _stationary[e] * f * later[e];
        }
        return new([0], [sum]) { End = Math.Abs(end) };
    }
}
