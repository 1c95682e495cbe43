using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;

namespace AsyncOpt.Core.Tests.Problems;

public class LeastSquaresTests
{
    static LeastSquares Made(int places = 4) => new LeastSquares(new()
    {
        Data = new SyntheticRegression(new() { Samples = 200, Dimension = 6, Noise = 0.5, Conditioning = 10 }),
        Regularization = 0.02,
    }).Built(places);

    static LeastSquares FromCsv(string text, double regularization = 0, int places = 1) => new LeastSquares(new()
    {
        Data = new CsvSource(new() { File = ProblemCases.WriteFile(text) }),
        Regularization = regularization,
    }).Built(places);

    [Fact]
    public void The_objective_is_the_formula()
    {
        var problem = FromCsv("1,2,3\n0,-1,1\n", 0.5, 2);

        // Residuals at (2, 1): 2 + 2 - 3 = 1 and -1 - 1 = -2.
        Assert.Equal((1 + 4) / 4.0 + 0.25 * 5, problem.Objective([2, 1], []), 1e-15);
        ProblemCases.Equal([1 + 1, 2 + 0.5], problem.Gradient([2, 1], 0, [0]), 1e-15);
    }

    [Fact]
    public void The_gradient_and_the_hessian_are_those_of_finite_differences()
    {
        ProblemCases.CheckGradient(Made(), ProblemCases.Point(6));
        ProblemCases.CheckHessian(Made(), ProblemCases.Point(6));
        ProblemCases.CheckHessianVector(Made(), ProblemCases.Point(6));
    }

    [Fact]
    public void F_is_the_mean_over_places() => ProblemCases.CheckPlacesAverage(Made(7), ProblemCases.Point(6));

    [Fact]
    public void Curvature_bounds_enclose_the_hessian()
    {
        // Orthogonal features 3 and 4 over two samples: second moments 9/2 and 16/2.
        var problem = FromCsv("3,0,1\n0,4,1\n", 0.25);

        Assert.InRange(problem.StrongConvexity, 4.75 - 1e-12, 4.75);
        Assert.InRange(problem.Smoothness!.Value, 8.25, 8.25 + 0.05 * 8);
    }

    [Fact]
    public void Text_labels_are_refused() => Assert.Throws<InputException>(() => FromCsv("1,cat\n2,dog\n"));
}
