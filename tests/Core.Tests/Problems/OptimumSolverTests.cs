using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;

namespace AsyncOpt.Core.Tests.Problems;

public class OptimumSolverTests
{
    static Optimum Solve(Problem problem) =>
        OptimumSolver.Solve(problem, cancellation: TestContext.Current.CancellationToken);

    static LogisticRegression Logistic(DataSource data, double regularization, bool bias = false) =>
        new LogisticRegression(new() { Data = data, Regularization = regularization, Bias = bias }).Built(3);

    static void CheckCertified(Problem problem)
    {
        var optimum = Solve(problem);

        Assert.InRange(optimum.GapBound, 0, OptimumSolver.GapTolerance);
        Assert.Equal(problem.Objective(optimum.Point, []), optimum.Value);
        var norm = problem.FullGradient(optimum.Point).Sum(g => g * g);
        Assert.True(norm / (2 * problem.StrongConvexity) <= 1e-12);
        for (var trial = 0UL; trial < 10; trial++)
        {
            var shift = ProblemCases.Point(problem.Parameters, 0.01, trial);
            double[] other = [.. optimum.Point.Zip(shift, (a, b) => a + b)];
            Assert.True(problem.Objective(other, []) > optimum.Value);
        }
    }

    [Fact]
    public void A_quadratic_is_solved_in_closed_form()
    {
        var problem = new Quadratic(new() { Targets = [[1, 2], [3, 4]] }).Built(2);

        Assert.Same(problem.Optimum, Solve(problem));
    }

    [Fact]
    public void Least_squares_reach_the_solution_of_the_normal_equations()
    {
        // Line through (0, 1), (1, 3), (2, 4): slope 3/2, intercept 7/6 by hand.
        var file = ProblemCases.WriteFile("0,1\n1,3\n2,4\n");
        var problem = new LeastSquares(new() { Data = new CsvSource(new() { File = file }), Bias = true }).Built(1);
        var optimum = Solve(problem);

        ProblemCases.Equal([1.5, 7.0 / 6], optimum.Point, 1e-12);
        Assert.True(optimum.IsCertified);                    // by the smallest eigenvalue, without regularization
        Assert.InRange(optimum.GapBound, 0, 1e-12);
    }

    [Fact]
    public void Logistic_regression_solves_its_equation_of_one_variable()
    {
        // One sample a = 1, y = +1 beside its mirror image: lambda x = 1 / (1 + exp(x)); x by bisection.
        var file = ProblemCases.WriteFile("1 1:1\n-1 1:-1\n");
        var problem = new LogisticRegression(new()
        {
            Data = new LibSvmSource(new() { File = file }),
            Regularization = 0.1,
        }).Built(1);
        var (low, high) = (0.0, 10.0);
        for (var step = 0; step < 100; step++)
        {
            var middle = (low + high) / 2;
            (low, high) = 0.1 * middle < 1 / (1 + Math.Exp(middle)) ? (middle, high) : (low, middle);
        }

        Assert.Equal(low, Solve(problem).Point[0], 1e-6);
    }

    [Theory]
    [InlineData(1e-2)]
    [InlineData(1e-6)]
    public void Newton_certifies_logistic_regression(double regularization) => CheckCertified(Logistic(
        new SyntheticClassification(new() { Samples = 3000, Dimension = 20, Conditioning = 100 }),
        regularization, true));

    [Fact]
    public void Newton_certifies_softmax_regression() => CheckCertified(new SoftmaxRegression(new()
    {
        Data = new SyntheticClassification(new() { Samples = 500, Dimension = 6, Classes = 4, Noise = 0.1 }),
        Regularization = 1e-3,
    }).Built(3));

    [Fact]
    public void Lbfgs_certifies_problems_too_large_for_newton() => CheckCertified(new SoftmaxRegression(new()
    {
        Data = new SyntheticClassification(new() { Samples = 400, Dimension = 160, Classes = 4, Conditioning = 30 }),
        Regularization = 1e-2,
    }).Built(3));

    [Fact]
    public void Newton_and_lbfgs_agree()
    {
        var problem = Logistic(new SyntheticClassification(new() { Samples = 300, Dimension = 10 }), 1e-3);
        var newton = Solve(problem);
        var lbfgs = Solve(new WithoutHessian(problem));

        Assert.InRange(lbfgs.GapBound, 0, 1e-12);
        // |x - y| is at most sqrt(2 gap / mu) for each of the two.
        ProblemCases.Equal(newton.Point, lbfgs.Point, 1e-4);
        Assert.Equal(newton.Value, lbfgs.Value, 2e-12);
    }

    [Fact]
    public void Without_strong_convexity_the_point_is_only_the_best_known()
    {
        var problem = Logistic(new SyntheticClassification(new() { Samples = 300, Dimension = 3, Noise = 0.2 }), 0);
        var optimum = Solve(problem);

        Assert.False(optimum.IsCertified);
        Assert.True(problem.FullGradient(optimum.Point).Max(Math.Abs) < 1e-9);
    }

    [Fact]
    public void Progress_is_told_and_the_search_can_be_cancelled()
    {
        var problem = Logistic(new SyntheticClassification(new() { Samples = 50, Dimension = 3 }), 1e-4);
        var steps = new List<SolverProgress>();
        using var source = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() => OptimumSolver.Solve(problem, p =>
        {
            steps.Add(p);
            if (steps.Count == 3)
                source.Cancel();
        }, source.Token));
        Assert.Equal([1, 2, 3], steps.Select(s => s.Evaluations));
        Assert.Equal(Math.Log(2), steps[0].Value, 1e-15);
    }

    /// <summary>The same objective, which keeps its Hessian to itself.</summary>
    sealed class WithoutHessian(Problem inner) : Problem
    {
        public override int Parameters => inner.Parameters;

        public override int Places => inner.Places;

        public override IReadOnlyList<OracleForm> Oracles => inner.Oracles;

        public override double StrongConvexity => inner.StrongConvexity;

        public override string Fingerprint => inner.Fingerprint;

        public override void Build(ProblemContext context) => inner.Build(context);

        public override double Objective(ReadOnlySpan<double> x, Span<double> gradient) => inner.Objective(x, gradient);
    }
}
