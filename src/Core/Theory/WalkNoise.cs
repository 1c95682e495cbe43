using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Topologies;
using MathNet.Numerics.LinearAlgebra;

namespace AsyncOpt.Core.Theory;

/// <summary>
/// The noise of a sum over the nodes that a walk visits, by eigenvalues: of a function h on the nodes, the variance of
/// the mean over n steps is about (1/n) sum of the powers.
/// </summary>
/// <param name="Eigenvalues">Where on [-1, 1] noise lies; one entry, 0, where eigenvalues do not matter.</param>
/// <param name="Power">s_i c_i^2 at each of them.</param>
public sealed record NoiseSpectrum(double[] Eigenvalues, double[] Power)
{
    /// <summary>The sum of the powers: the asymptotic variance without repellence.</summary>
    public double Total => Power.Sum();

    /// <summary>
    /// Noise of a walk is not white: it adds up to step^2 times this to the variance of a recursion that takes it as
    /// white. With C_t the autocovariance it is |sum t C_t|, t = 1, 2, ..., for a reversible chain without
    /// cancellation: sum c_i^2 |lambda_i| / (1 - lambda_i)^2.
    /// </summary>
    public double End { get; init; }

    /// <summary>The noise of several functions together, each counted by a share.</summary>
    internal static NoiseSpectrum Together(IReadOnlyList<NoiseSpectrum> all, double share = 1) => new(
        [.. all.SelectMany(s => s.Eigenvalues)], [.. all.SelectMany(s => s.Power.Select(p => share * p))])
    {
        End = share * all.Sum(s => s.End),
    };
}

/// <summary>Finds the noise of functions on the nodes, for one walk on one graph.</summary>
public abstract class WalkNoise
{
    /// <summary>
    /// Beyond this many states eigenvalues are not all computed, and linear systems not solved densely.
    /// </summary>
    public const int DenseMax = 640;

    /// <summary>Beyond this many nodes the noise of all nodes together is too much work.</summary>
    public const int TraceMax = 10_000;

    // Random functions that stand for all nodes of a large graph: a sum that some m modes share has an error of
    // sqrt(2 / (16 m)).
    const int Probes = 16;

    readonly List<(double[] Factors, NoiseSpectrum? Trace)> _found = [];

    /// <summary>The noise of a function h on the nodes.</summary>
    /// <param name="h">N numbers; adding a constant changes nothing.</param>
    public abstract NoiseSpectrum Of(double[] h);

    /// <summary>
    /// The noise of the visit measure, summed over all nodes; null where it is too much work. On graphs of more nodes
    /// than <see cref="DenseMax"/> it is estimated, to some 10 %.
    /// </summary>
    public NoiseSpectrum? Trace => TraceOf([.. Enumerable.Repeat(1.0, Nodes)]);

    /// <summary>The same of each node's share of visits times a factor. What was found once is kept.</summary>
    /// <param name="factors">One for each node.</param>
    public NoiseSpectrum? TraceOf(double[] factors)
    {
        lock (_found)
        {
            var at = _found.FindIndex(f => f.Factors.AsSpan().SequenceEqual(factors));
            if (at >= 0)
                return _found[at].Trace;
            var trace = NewTraceOf(factors);
            _found.Add((factors, trace));
            return trace;
        }
    }

    /// <summary>Finds it.</summary>
    /// <param name="factors">One for each node.</param>
    protected virtual NoiseSpectrum? NewTraceOf(double[] factors) => NoiseSpectrum.Together(
        [.. factors.Select((factor, node) => Of([.. factors.Select((_, k) => k == node ? factor : 0)]))]);

    /// <summary>The number of nodes.</summary>
    protected abstract int Nodes { get; }

    /// <summary>The eigenpairs of the chain; null where they are not all computed, or it is not reversible.</summary>
    public virtual WalkCovariance? Covariance => null;

    /// <summary>Of a reversible chain on a connected graph.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="topology">The graph, with rows.</param>
    public static WalkNoise OfChain(BaseChain chain, Topology topology) => topology.Nodes <= DenseMax
        ? new DenseNoise(WalkCovariance.Of(chain, topology))
        : new LanczosNoise(chain, topology);

    /// <summary>Of independent draws.</summary>
    /// <param name="mu">From this distribution.</param>
    public static WalkNoise OfDraws(double[] mu) => new DrawsNoise(mu);

    /// <summary>
    /// Of a walk that remembers the node it left last; null where the chain has too many links, or falls apart.
    /// </summary>
    internal static WalkNoise? OfLinks(ILinkChain chain, Topology topology) => LinkNoise.Find(chain, topology);

    sealed class DenseNoise(WalkCovariance covariance) : WalkNoise
    {
        public override WalkCovariance Covariance => covariance;

        public override NoiseSpectrum Of(double[] h) =>
            new([.. covariance.Eigenvalues], covariance.Power(h)) { End = covariance.End(h) };

        protected override NoiseSpectrum NewTraceOf(double[] factors) => new(
            [.. covariance.Eigenvalues], covariance.TracePower(factors))
        { End = covariance.EndOfTrace(factors) };

        protected override int Nodes => covariance.LeftEigenvectors.RowCount;
    }

    sealed class DrawsNoise(double[] mu) : WalkNoise
    {
        public override NoiseSpectrum Of(double[] h)
        {
            var mean = mu.Zip(h, (m, v) => m * v).Sum();
            return new([0], [mu.Zip(h, (m, v) => m * (v - mean) * (v - mean)).Sum()]);
        }

        protected override NoiseSpectrum NewTraceOf(double[] factors) =>
            new([0], [mu.Zip(factors, (m, f) => f * f * m * (1 - m)).Sum()]);

        protected override int Nodes => mu.Length;
    }

    // Gauss quadrature of the spectral measure of D^1/2 h (Golub and Meurant, Matrices, Moments and Quadrature,
    // chapter 3): S = D^1/2 P D^-1/2 by Lanczos, each new vector orthogonalized twice.
    sealed class LanczosNoise(BaseChain chain, Topology topology) : WalkNoise
    {
        const int Steps = 100;

        readonly double[] _root = [.. chain.Mu(topology).Select(Math.Sqrt)];

        // The mean over random signs of the noise of sum_k sign_k factor_k 1_k: Hutchinson, Commun. Statist. 19 (1990).
        protected override NoiseSpectrum? NewTraceOf(double[] factors)
        {
            if (topology.Nodes > TraceMax)
                return null;
            var (signs, all) = (new DrawSequence(seed: 1, Purpose.None), new List<NoiseSpectrum>());
            for (var probe = 0; probe < Probes; probe++)
            {
                double[] h = [.. factors];
                for (var node = 0; node < h.Length; node++)
                    h[node] = signs.Below(2) == 0 ? h[node] : -h[node];
                all.Add(Of(h));
            }
            return NoiseSpectrum.Together(all, 1.0 / Probes);
        }

        protected override int Nodes => topology.Nodes;

        public override NoiseSpectrum Of(double[] h)
        {
            var v = h.Zip(_root, (value, root) => value * root).ToArray();
            Deflate(v);
            var norm = Math.Sqrt(Dot(v, v));
            if (norm < 1e-200)
                return new([0], [0]);
            var basis = new List<double[]> { Scaled(v, 1 / norm) };
            List<double> diagonal = [], beside = [];
            while (true)
            {
                var next = Multiply(basis[^1]);
                diagonal.Add(Dot(next, basis[^1]));
                for (var pass = 0; pass < 2; pass++)
                {
                    Deflate(next);
                    foreach (var old in basis)
                        Subtract(Dot(old, next), old, next);
                }
                var rest = Math.Sqrt(Dot(next, next));
                if (rest < 1e-10 || diagonal.Count == Steps)
                    break;
                beside.Add(rest);
                basis.Add(Scaled(next, 1 / rest));
            }
            return Quadrature(diagonal, beside, norm * norm);
        }

        static NoiseSpectrum Quadrature(List<double> diagonal, List<double> beside, double mass)
        {
            var small = Matrix<double>.Build.Dense(diagonal.Count, diagonal.Count, (i, j) =>
                i == j ? diagonal[i] : Math.Abs(i - j) == 1 ? beside[Math.Min(i, j)] : 0);
            var evd = small.Evd(Symmetricity.Symmetric);
            double[] values = [.. evd.EigenValues.Select(l => Math.Clamp(l.Real, -1, 1 - 1e-15))];
            double[] squares = [.. values.Select((_, i) => mass * evd.EigenVectors[0, i] * evd.EigenVectors[0, i])];
            return new(values, [.. values.Select((l, i) => squares[i] * (1 + l) / (1 - l))])
            {
                End = values.Select((l, i) => squares[i] * WalkCovariance.EndOf(l)).Sum(),
            };
        }

        double[] Multiply(double[] v)
        {
            // Runs side by side share this object.
            double[] result = new double[v.Length], row = new double[topology.OutDegreeMax + 1];
            for (var i = 0; i < v.Length; i++)
            {
                var neighbours = topology.OutNeighbours(i);
                chain.Probabilities(topology, i, row.AsSpan(0, neighbours.Length + 1));
                var sum = row[neighbours.Length] * v[i];
                for (var k = 0; k < neighbours.Length; k++)
                    sum += _root[i] * row[k] / _root[neighbours[k]] * v[neighbours[k]];
                result[i] = sum;
            }
            return result;
        }

        void Deflate(double[] v) => Subtract(Dot(_root, v), _root, v);

        static double[] Scaled(double[] v, double factor) => [.. v.Select(x => x * factor)];

        static void Subtract(double factor, double[] from, double[] to)
        {
            for (var i = 0; i < to.Length; i++)
                to[i] -= factor * from[i];
        }

        static double Dot(double[] a, double[] b)
        {
            var sum = 0.0;
            for (var i = 0; i < a.Length; i++)
                sum += a[i] * b[i];
            return sum;
        }
    }
}
