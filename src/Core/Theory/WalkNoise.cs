using AsyncOpt.Core.Methods.Walks;
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
    /// sum c_i^2 |lambda_i| / (1 - lambda_i)^2: noise of a walk is not white, which adds up to step^2 times this to
    /// the variance of a recursion that takes it as white; 0 where it is not known.
    /// </summary>
    public double End { get; init; }
}

/// <summary>Finds the noise of functions on the nodes, for one walk on one graph.</summary>
public abstract class WalkNoise
{
    /// <summary>
    /// Beyond this many states eigenvalues are not all computed, and linear systems not solved densely.
    /// </summary>
    public const int DenseMax = 640;

    /// <summary>The noise of a function h on the nodes.</summary>
    /// <param name="h">N numbers; adding a constant changes nothing.</param>
    public abstract NoiseSpectrum Of(double[] h);

    /// <summary>The noise of the visit measure, summed over all nodes; null where it is too much work.</summary>
    public abstract NoiseSpectrum? Trace { get; }

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

        public override NoiseSpectrum Trace =>
            new([.. covariance.Eigenvalues], covariance.TracePower()) { End = covariance.EndOfTrace() };
    }

    sealed class DrawsNoise(double[] mu) : WalkNoise
    {
        public override NoiseSpectrum Of(double[] h)
        {
            var mean = mu.Zip(h, (m, v) => m * v).Sum();
            return new([0], [mu.Zip(h, (m, v) => m * (v - mean) * (v - mean)).Sum()]);
        }

        public override NoiseSpectrum Trace => new([0], [1 - mu.Sum(m => m * m)]);
    }

    // Gauss quadrature of the spectral measure of D^1/2 h (Golub and Meurant, Matrices, Moments and Quadrature,
    // chapter 3): S = D^1/2 P D^-1/2 by Lanczos, each new vector orthogonalized twice.
    sealed class LanczosNoise(BaseChain chain, Topology topology) : WalkNoise
    {
        const int Steps = 100;

        readonly double[] _root = [.. chain.Mu(topology).Select(Math.Sqrt)];
        readonly double[] _row = new double[topology.OutDegreeMax + 1];

        public override NoiseSpectrum? Trace => null;

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
            var result = new double[v.Length];
            for (var i = 0; i < v.Length; i++)
            {
                var neighbours = topology.OutNeighbours(i);
                chain.Probabilities(topology, i, _row.AsSpan(0, neighbours.Length + 1));
                var sum = _row[neighbours.Length] * v[i];
                for (var k = 0; k < neighbours.Length; k++)
                    sum += _root[i] * _row[k] / _root[neighbours[k]] * v[neighbours[k]];
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
