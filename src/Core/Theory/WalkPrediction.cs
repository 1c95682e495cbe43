using System.Runtime.CompilerServices;
using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;
using MathNet.Numerics.LinearAlgebra;

namespace AsyncOpt.Core.Theory;

/// <summary>
/// What the linearized recursion says of a run whose tokens walk: E |theta_n - theta*|^2 of their mean, and
/// E |x_n - mu|^2 of each.
/// </summary>
/// <remarks>
/// In the eigenvectors of the Hessian at theta* the recursion falls apart into one for each curvature; the noise of
/// each coordinate falls apart along the eigenvalues of the base chain. Where there are many eigenvalues the recursion
/// is made at Chebyshev points on their range and interpolated: it is a smooth function of the eigenvalue.
/// </remarks>
sealed class WalkPrediction
{
    const int DimensionMax = 512;

    // Runs that differ in alpha or steps share what the graph and the problem alone decide.
    static readonly ConditionalWeakTable<Problem, ConditionalWeakTable<Topology, List<Linearized>>> Found = [];

    static readonly ConditionalWeakTable<Topology, List<(Type Type, BaseChain Chain, WalkNoise? Noise)>> Noises = [];

    // Beyond a condition's limit predictions are more than some 30 % off: see WalkTheoryTests.
    public const double DeviationMax = 0.5, EndMax = 0.25, WeightsMax = 0.25;

    readonly WalkRecursionSettings _settings;
    readonly WalkRecursion? _iterate, _measure;
    readonly WalkBias? _bias;
    readonly double[][] _shares = []; // of the grid's points at each of the bias's eigenvalues
    readonly double _end, _measureEnd;
    readonly double[] _kappas = [];
    readonly (int Kappa, double[] Power, double Start, double Pull)[] _coordinates = [];
    readonly double[] _measurePower = [];
    readonly int _tokens;

    public WalkPrediction(RunPlan plan, TokenSettings settings)
    {
        _tokens = settings.Options.Tokens;
        var walker = settings.Walker;
        var noise = NoiseOf(walker, plan.Topology!);
        var mu = walker.Base.Mu(plan.Topology!);
        var recursion = _settings = new WalkRecursionSettings
        {
            WeightVariance = WeightVarianceOf(settings, mu),
            Beta = settings.Step,
            A = settings.MeasureExponent ?? 1,
            Alpha = walker.Alpha,
            Interaction = walker.Interaction,
            HasMomentum = settings.Options.Update == WalkUpdate.HeavyBall,
        };
        var points = PointsOf(walker);
        if (noise is not null && HasIterate(plan, settings) && plan.Problem.Optimum is not null)
        {
            var linear = LinearizedOf(plan, settings, noise);
            var start = linear.Turned(plan.InitialPoint);
            var kappas = _kappas = linear.Curvature.Distinct().ToArray();
            var grid = Grid(walker.Interaction, points, linear.Spectra);
            _iterate = new WalkRecursion(recursion, kappas, grid);
            _coordinates = [.. linear.Spectra.Select((s, k) => (
                Array.IndexOf(kappas, linear.Curvature[k]), Onto(grid, s), start[k], linear.Pull[k]))];
            _end = linear.Spectra.Sum(s => s.End);
            if (linear.Bias is { } bias && !recursion.HasMomentum)
                (_bias, _shares) = (bias, [.. bias.Eigenvalues.Select(value => Shares(grid, value))]);
        }
        if (settings.MeasureExponent is not null && noise?.Trace is { } trace)
        {
            var grid = Grid(walker.Interaction, points, trace);
            _measure = new WalkRecursion(recursion, [1], grid);
            (_measurePower, _measureEnd) = (Onto(grid, trace), trace.End);
        }
    }

    /// <summary>The number of updates of each token that it has reached.</summary>
    public long Updates { get; private set; }

    /// <summary>E |theta_n - theta*|^2 of the mean over the tokens; NaN where it cannot be told.</summary>
    public double SquaredError
    {
        get
        {
            if (_iterate is null)
                return double.NaN;
            var (sum, bias) = (Variance / _tokens, Bias());
            for (var k = 0; k < _coordinates.Length; k++)
            {
                var (kappa, _, start, pull) = _coordinates[k];
                var mean = _iterate.Mean(kappa, start, pull) + bias[k];
                sum += mean * mean;
            }
            return sum;
        }
    }

    /// <summary>
    /// What the recursion rests on, each over its limit, the largest: above 1 predictions are not to be trusted.
    /// </summary>
    /// <param name="deviation">The root mean square over nodes and tokens of x / mu - 1.</param>
    public double Conditions(double deviation)
    {
        if (_iterate is null && _measure is null)
            return double.NaN; // nothing is predicted
        if (Updates == 0)
            return 0;
        var (alpha, beta, gamma) = Steps;
        var tokens = _bias is null || !IsBiasSure(_settings.Interaction) ? TokensThatCount(_tokens, _settings.A) : 1;
        var worst = alpha * deviation * Math.Sqrt(tokens) / DeviationMax;
        if (_iterate is not null)
        {
            worst = Math.Max(worst, Over(beta * beta * _end, Variance) / EndMax);
            var start = _coordinates.Sum(c => c.Start * c.Start
                * (_iterate.StartSquare(c.Kappa) - Square(_iterate.Mean(c.Kappa, 1, 0)))) / _tokens;
            worst = Math.Max(worst, Over(start, SquaredError) / WeightsMax);
            // The same of the noise: steps of varying weight add beta kappa Var w / 2 to its variance, as a share.
            worst = Math.Max(worst, beta * _kappas.Max() * _settings.WeightVariance / 2 / WeightsMax);
        }
        if (_measure is not null)
            worst = Math.Max(worst, Over(gamma * gamma * _measureEnd, SamplingError) / EndMax);
        return worst;
    }

    /// <summary>
    /// Whether the bias is right to second order. That of a target is not: between nodes of equal degree the acceptance
    /// has its kink where x = mu, so that what is left out is of the first order in alpha (x / mu - 1).
    /// </summary>
    public static bool IsBiasSure(WalkInteraction interaction) => interaction != WalkInteraction.Target;

    /// <summary>A bias that is not sure grows with the tokens, beside what they leave of the variance.</summary>
    public static int TokensThatCount(int tokens, double a) => a < 1 ? tokens : 1;

    static double Over(double what, double whole) => what == 0 ? 0 : what / whole;

    static double Square(double value) => value * value;

    // alpha, beta and gamma of the last update.
    (double Alpha, double Beta, double Gamma) Steps => (
        _settings.Interaction == WalkInteraction.None ? 0 : _settings.Alpha.At(Updates - 1),
        _settings.Beta.At(Updates - 1), 1 / ExactMath.Pow(Updates + 1, _settings.A));

    // Of one token, summed over the coordinates.
    double Variance => _coordinates.Sum(c => c.Power.Select((p, i) => p * _iterate!.OfIterate(c.Kappa, i)).Sum());

    double[] Bias()
    {
        var result = new double[_coordinates.Length];
        if (_bias is null || Updates == 0 || Steps is not { Beta: > 0 } steps)
            return result;
        // The recursion is made for s = 1.
        double[] AtEigenvalues(Func<int, double> onGrid) => [.. _bias.Eigenvalues.Select((value, l) =>
            (1 + value) / (1 - value) * _shares[l].Select((share, k) => share * onGrid(k)).Sum())];
        var visits = steps.Alpha > 0
            ? _bias.OfVisits(steps.Alpha, steps.Gamma, _settings.A, Updates, AtEigenvalues(_iterate!.OfMeasure))
            : result;
        foreach (var group in _coordinates.Index().GroupBy(c => c.Item.Kappa))
        {
            var together = AtEigenvalues(i => _iterate!.Together(group.Key, i));
            foreach (var (k, _) in group)
            {
                result[k] = _iterate!.Pulled(group.Key, visits[k] / steps.Gamma, _bias.OfWeights(
                    steps.Alpha, steps.Beta, _kappas[group.Key], k, together) / steps.Beta);
            }
        }
        return result;
    }

    /// <summary>E |x_n - mu|^2 of each token; NaN where it cannot be told.</summary>
    public double SamplingError => _measure is null
        ? double.NaN
        : _measurePower.Select((power, i) => power * _measure.OfMeasure(i)).Sum();

    /// <summary>Goes on to a number of updates of each token, not below <see cref="Updates"/>.</summary>
    public void AdvanceTo(long updates)
    {
        _iterate?.AdvanceTo(updates);
        _measure?.AdvanceTo(updates);
        Updates = updates;
    }

    /// <summary>
    /// Whether the error of the model can be told: the problem has a Hessian, and gradients are whole.
    /// </summary>
    public static bool HasIterate(RunPlan plan, TokenSettings settings) =>
        plan.Problem is IHessian and not Quadratic { Noise: > 0 }
        && (plan.Problem.Optimum is not null || plan.Problem.StrongConvexity > 0)
        && (settings.Options.BatchSize == 0 || plan.Problem.Sampler is null)
        && plan.Problem.Parameters <= DimensionMax
        && HasNoise(settings.Walker, plan.Topology!);

    /// <summary>Whether the error of the visit measure can be told.</summary>
    public static bool HasMeasure(RunPlan plan, TokenSettings settings) => settings.MeasureExponent is not null
        && HasNoise(settings.Walker, plan.Topology!)
        && (plan.Places <= WalkNoise.TraceMax || settings.Walker is IndependentDraws);

    static bool HasNoise(Walker walker, Topology topology) => walker switch
    {
        ILinkChain => topology.HasRows && topology.Edges <= WalkNoise.DenseMax,
        IndependentDraws => true,
        _ => topology.HasRows,
    };

    /// <summary>The variance of the weights of gradients, whose mean is 1.</summary>
    public static double WeightVarianceOf(TokenSettings settings, double[] mu) =>
        settings.Reweight ? mu.Sum(m => 1 / (m * mu.Length * mu.Length)) - 1 : 0;

    /// <summary>The noise of a walk on a graph; null where it is too much work, or the chain falls apart.</summary>
    public static WalkNoise? NoiseOf(Walker walker, Topology topology)
    {
        var found = Noises.GetValue(topology, _ => []);
        lock (found)
        {
            var (type, chain) = (walker.NoiseType, walker.Base);
            var index = found.FindIndex(n => n.Type == type && n.Chain.Equals(chain));
            if (index >= 0)
                return found[index].Noise;
            var noise = NewNoise(walker, topology);
            found.Add((type, chain, noise));
            return noise;
        }
    }

    static WalkNoise? NewNoise(Walker walker, Topology topology) => walker switch
    {
        _ when !HasNoise(walker, topology) => null,
        _ when topology.Nodes == 1 => WalkNoise.OfDraws([1]), // a token that is always at home
        ILinkChain chain => WalkNoise.OfLinks(chain, topology),
        IndependentDraws => WalkNoise.OfDraws(walker.Base.Mu(topology)),
        _ => WalkNoise.OfChain(walker.Base, topology),
    };

    // The recursion has a pole at lambda = -1 - 1 / alpha: about 8 sqrt(alpha) points give five digits.
    static int PointsOf(Walker walker)
    {
        var alpha = new long[] { 0, 1000, 1_000_000, 1_000_000_000 }.Max(n => walker.Alpha.At(n));
        return Math.Clamp((int)(12 + (8 * Math.Sqrt(alpha))), 16, 256);
    }

    static double[] Grid(WalkInteraction interaction, int points, params NoiseSpectrum[] spectra)
    {
        if (interaction != WalkInteraction.Kernel)
            return [0];
        var all = spectra.SelectMany(s => s.Eigenvalues).Distinct().ToArray();
        if (all.Length <= points)
            return all;
        var (low, high) = (all.Min(), all.Max());
        return [.. Enumerable.Range(0, points).Select(k =>
            (0.5 * (low + high)) + (0.5 * (high - low) * ExactMath.Cos(((2 * k) + 1) * Math.PI / (2 * points))))];
    }

    /// <summary>
    /// The power at the points of a grid that gives the same sums of polynomials (Berrut and Trefethen).
    /// </summary>
    static double[] Onto(double[] grid, NoiseSpectrum spectrum)
    {
        var power = new double[grid.Length];
        for (var i = 0; i < spectrum.Eigenvalues.Length; i++)
        {
            var shares = Shares(grid, spectrum.Eigenvalues[i]);
            for (var k = 0; k < grid.Length; k++)
                power[k] += spectrum.Power[i] * shares[k];
        }
        return power;
    }

    // What each point of a grid counts for the value of a polynomial somewhere.
    static double[] Shares(double[] grid, double at)
    {
        if ((grid.Length == 1 ? 0 : Array.IndexOf(grid, at)) is var point and >= 0)
        {
            var one = new double[grid.Length];
            one[point] = 1;
            return one;
        }
        var shares = grid.Select((value, k) => (k % 2 == 0 ? 1 : -1)
            * ExactMath.Sin(((2 * k) + 1) * Math.PI / (2 * grid.Length)) / (at - value)).ToArray();
        var sum = shares.Sum();
        return [.. shares.Select(share => share / sum)];
    }

    static Linearized LinearizedOf(RunPlan plan, TokenSettings settings, WalkNoise noise)
    {
        var found = Found.GetValue(plan.Problem, _ => []).GetValue(plan.Topology!, _ => []);
        lock (found)
        {
            var (type, chain) = (settings.Walker.NoiseType, settings.Walker.Base);
            var isTarget = settings.Walker.Interaction == WalkInteraction.Target;
            var linear = found.Find(l => l.Type == type && l.Chain.Equals(chain) && l.Reweight == settings.Reweight
                && l.IsTarget == isTarget);
            if (linear is null)
                found.Add(linear = new Linearized(plan, settings, noise));
            return linear;
        }
    }

    /// <summary>The mean field about theta*, in the eigenvectors of the Hessian.</summary>
    sealed class Linearized
    {
        readonly Matrix<double> _vectors;
        readonly double[] _point;

        public Linearized(RunPlan plan, TokenSettings settings, WalkNoise noise)
        {
            var (problem, walker) = (plan.Problem, settings.Walker);
            (Type, Chain, Reweight) = (walker.NoiseType, walker.Base, settings.Reweight);
            IsTarget = walker.Interaction == WalkInteraction.Target;
            var d = problem.Parameters;
            _point = problem.Optimum!.Point;
            var hessian = new double[d * d];
            ((IHessian)problem).Hessian(_point, hessian);
            var evd = Matrix<double>.Build.Dense(d, d, hessian).Evd(Symmetricity.Symmetric);
            (_vectors, Curvature) = (evd.EigenVectors, [.. evd.EigenValues.Select(v => v.Real)]);
            var mu = walker.Base.Mu(plan.Topology!);
            double[][] onNodes = [.. Enumerable.Range(0, d).Select(_ => new double[mu.Length])];
            Pull = new double[d];
            var gradient = problem.Oracles.First(o => o.Oracle.Name == Oracle.Gradient.Name).Evaluate;
            var g = new double[d];
            for (var node = 0; node < mu.Length; node++)
            {
                gradient(new OracleCall<double>
                {
                    Input = _point,
                    Output = g,
                    Place = node,
                    Samples = problem.Sampler is { } sampler ? sampler.Shard(node) : [],
                });
                var weight = settings.Reweight ? 1 / (mu.Length * mu[node]) : 1;
                var turned = _vectors.TransposeThisAndMultiply(Vector<double>.Build.Dense(g));
                for (var k = 0; k < d; k++)
                {
                    onNodes[k][node] = -weight * turned[k];
                    Pull[k] += mu[node] * onNodes[k][node];
                }
            }
            Spectra = [.. onNodes.Select(noise.Of)];
            double[] weights = [.. mu.Select(m => settings.Reweight ? 1 / (mu.Length * m) : 1)];
            Bias = noise.Covariance is { } pairs
                ? new WalkBias(pairs, mu, onNodes, weights, IsTarget ? plan.Topology : null)
                : null;
        }

        /// <summary>What the second order adds; null where the eigenpairs are not known.</summary>
        public WalkBias? Bias { get; }

        /// <summary>What kind of walk the noise is of, its base chain, and whether gradients are weighted.</summary>
        public Type Type { get; }

        public BaseChain Chain { get; }

        public bool Reweight { get; }

        public bool IsTarget { get; }

        /// <summary>The curvatures, one per coordinate.</summary>
        public double[] Curvature { get; }

        /// <summary>The mean of H(theta*, .): 0 where theta* is the walk's own target.</summary>
        public double[] Pull { get; }

        /// <summary>The noise of H(theta*, .), by coordinate.</summary>
        public NoiseSpectrum[] Spectra { get; }

        /// <summary>theta_0 - theta*, by coordinate; theta_0 = 0 where no point is given.</summary>
        public double[] Turned(double[]? point) => _vectors.TransposeThisAndMultiply(
            Vector<double>.Build.Dense(_point.Length, k => (point?[k] ?? 0) - _point[k])).ToArray();
    }
}
