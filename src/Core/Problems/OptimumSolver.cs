using AsyncOpt.Core.Problems.Data;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;
using DenseMatrix = MathNet.Numerics.LinearAlgebra.Double.DenseMatrix;
using DenseVector = MathNet.Numerics.LinearAlgebra.Double.DenseVector;

namespace AsyncOpt.Core.Problems;

/// <summary>How far the solver is.</summary>
/// <param name="Evaluations">Evaluations of F so far.</param>
/// <param name="Value">F at the point looked at last.</param>
/// <param name="GradientNorm">The Euclidean norm of its gradient there.</param>
/// <param name="GapBound">|grad F|^2 / (2 mu) there; +infinity where mu is 0.</param>
public readonly record struct SolverProgress(int Evaluations, double Value, double GradientNorm, double GapBound);

/// <summary>
/// Minimizes F in float64 to a certified gap. For mu-strongly convex F, F(x) - min F is at most |grad F(x)|^2 / (2 mu)
/// (Nesterov, Introductory lectures on convex optimization, 2004, theorem 2.1.10), so the gradient is the certificate.
/// </summary>
public static class OptimumSolver
{
    /// <summary>The gap bound aimed at.</summary>
    public const double GapTolerance = 1e-12;

    // Newton makes and factors a d x d matrix per step; beyond this, L-BFGS is faster.
    const int NewtonMax = 600, NewtonSteps = 100;
    const double HessianCostMax = 3e9;
    const int Memory = 20, LbfgsSteps = 20_000;

    // Without strong convexity there is no certificate; the gradient's norm goes down to this.
    const double UncertifiedGradient = 1e-10;

    /// <summary>
    /// Finds the optimum: closed form where the problem has one, Newton where d is small, L-BFGS otherwise.
    /// </summary>
    /// <param name="problem">A built problem.</param>
    /// <param name="progress">Told of every evaluation; null for nobody.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <returns>
    /// The best point found and its bound. The bound is above <see cref="GapTolerance"/> where rounding does not allow
    /// less, and +infinity where the problem is not known to be strongly convex.
    /// </returns>
    /// <exception cref="OperationCanceledException">The search was cancelled.</exception>
    public static Optimum Solve(
        Problem problem, Action<SolverProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (problem.Optimum is { GapBound: <= GapTolerance } known)
            return known;
        var search = new Search(problem, progress, cancellation);
        if (problem is IHessian { HessianCost: <= HessianCostMax } hessian && problem.Parameters <= NewtonMax)
            Newton(search, hessian);
        if (!search.IsDone)
            Lbfgs(search);
        return Certify(problem, search.Best);
    }

    /// <summary>A point with F's value there and the bound on its gap.</summary>
    /// <param name="problem">A built problem.</param>
    /// <param name="point">d coordinates.</param>
    public static Optimum Certify(Problem problem, double[] point)
    {
        var gradient = new double[point.Length];
        var value = problem.Objective(point, gradient);
        return new(point, value, Bound(problem.StrongConvexity, RowMath.SquaredNorm(gradient)));
    }

    static double Bound(double mu, double squaredNorm) => mu > 0 ? squaredNorm / (2 * mu) : double.PositiveInfinity;

    /// <summary>Newton's method; a step is halved until F falls or, within rounding of F, its gradient does.</summary>
    static void Newton(Search search, IHessian problem)
    {
        var d = search.Best.Length;
        var (x, gradient) = (new double[d], new double[d]);
        var value = search.Evaluate(x, gradient);
        var hessian = new double[d * d];
        for (var step = 0; step < NewtonSteps && !search.IsDone; step++)
        {
            problem.Hessian(x, hessian);
            double[] direction;
            try
            {
                direction = new DenseMatrix(d, d, hessian).Cholesky().Solve(new DenseVector(gradient)).AsArray();
            }
            catch (ArgumentException)
            {
                return;                                 // not positive definite: L-BFGS takes over
            }
            if (!LineSearch(search, ref x, ref gradient, ref value, direction))
                return;
        }
    }

    static bool LineSearch(Search search, ref double[] x, ref double[] gradient, ref double value, double[] direction)
    {
        var (slope, norm) = (RowMath.Dot(gradient, direction), RowMath.SquaredNorm(gradient));
        for (var scale = 1.0; scale > 1e-10; scale /= 2)
        {
            double[] candidate = [.. x], candidateGradient = new double[x.Length];
            RowMath.Axpy(-scale, direction, candidate);
            var candidateValue = search.Evaluate(candidate, candidateGradient);
            var isLower = candidateValue <= value - 1e-4 * scale * slope;
            var isLevel = Math.Abs(candidateValue - value) <= 1e-14 * Math.Abs(value)
                && RowMath.SquaredNorm(candidateGradient) < norm;
            if (!isLower && !isLevel)
                continue;
            (x, gradient, value) = (candidate, candidateGradient, candidateValue);
            return true;
        }
        return false;
    }

    static void Lbfgs(Search search)
    {
        var d = search.Best.Length;
        var function = ObjectiveFunction.Gradient(point =>
        {
            var gradient = new double[d];
            var value = search.Evaluate(point.AsArray() ?? point.ToArray(), gradient);
            return (value, Vector<double>.Build.Dense(gradient));
        });
        // MathNet compares the largest coordinate; this many times smaller, the norm holds.
        var tolerance = search.GradientTarget / Math.Sqrt(d);
        try
        {
            new LimitedMemoryBfgsMinimizer(tolerance, 1e-300, 1e-300, Memory, LbfgsSteps)
                .FindMinimum(function, new DenseVector((double[])search.Best.Clone()));
        }
        catch (OptimizationException)
        {
            // No further progress within rounding: the search keeps the best point, and its bound says how good it is.
        }
    }

    /// <summary>Evaluates F and keeps the point of the smallest gradient.</summary>
    sealed class Search(Problem problem, Action<SolverProgress>? progress, CancellationToken cancellation)
    {
        readonly double _mu = problem.StrongConvexity;
        double _bestNorm = double.PositiveInfinity;
        int _evaluations;

        public double[] Best { get; } = new double[problem.Parameters];

        // A tenth to spare, as the last evaluation may round differently.
        public double GradientTarget =>
            _mu > 0 ? Math.Sqrt(2 * _mu * GapTolerance * 0.9) : UncertifiedGradient;

        public bool IsDone => Math.Sqrt(_bestNorm) <= GradientTarget;

        public double Evaluate(double[] x, double[] gradient)
        {
            cancellation.ThrowIfCancellationRequested();
            var value = problem.Objective(x, gradient);
            var norm = RowMath.SquaredNorm(gradient);
            if (norm < _bestNorm)
            {
                _bestNorm = norm;
                x.CopyTo(Best, 0);
            }
            progress?.Invoke(new(++_evaluations, value, Math.Sqrt(norm), Bound(_mu, norm)));
            return value;
        }
    }
}
