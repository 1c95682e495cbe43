using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;

namespace AsyncOpt.Core.Tests.Problems;

public class SoftmaxRegressionTests
{
    static SoftmaxRegression Made(int classes, int places = 3) => new SoftmaxRegression(new()
    {
        Data = new SyntheticClassification(new() { Samples = 300, Dimension = 4, Classes = classes, Noise = 0.1 }),
        Regularization = 0.02,
        Split = new() { Test = 0.25 },
    }).Built(places);

    [Fact]
    public void The_objective_is_the_formula()
    {
        var problem = new SoftmaxRegression(new()
        {
            Data = new LibSvmSource(new() { File = ProblemCases.WriteFile("3 1:1 2:2\n5 2:-1\n9 1:3\n") }),
            Regularization = 0.1,
        }).Built(1);
        double[] w = [0.1, -0.2, 0.3, 0.4, -0.5, 0.6];
        double Loss(int y, double a, double b)
        {
            double Score(int c) => w[2 * c] * a + w[2 * c + 1] * b;
            return Math.Log(Enumerable.Range(0, 3).Sum(c => Math.Exp(Score(c)))) - Score(y);
        }
        var expected = (Loss(0, 1, 2) + Loss(1, 0, -1) + Loss(2, 3, 0)) / 3 + 0.05 * w.Sum(v => v * v);

        Assert.Equal(6, problem.Parameters);
        Assert.Equal(3, problem.Dimension("classes"));
        Assert.Equal(expected, problem.Objective(w, []), 1e-14);
        Assert.Equal(Math.Log(3), problem.Objective(new double[6], []), 1e-15);
        Assert.Contains(("labels", "3 -> 0, 5 -> 1, 9 -> 2"), problem.Facts());
    }

    [Fact]
    public void A_feature_of_one_value_is_said_and_a_quantity_is_no_label()
    {
        static SoftmaxRegression Of(string text) => new(new()
        {
            Data = new LibSvmSource(new() { File = ProblemCases.WriteFile(text) }),
        });
        var measured = Of(string.Concat(Enumerable.Range(0, 30).Select(k => $"{k}.5 1:{k + 1}\n")));

        Assert.Contains(("constant features", "1 of 2, such as number 1"),
            Of("3 1:1 2:2\n5 1:1 2:-1\n9 1:1\n").Built(1).Facts());
        Assert.DoesNotContain(Made(3).Facts(), f => f.Name == "constant features");
        Assert.Contains("30 samples have 30 different labels",
            Assert.Throws<InputException>(() => measured.Built(1)).Message);
    }

    [Fact]
    public void The_gradient_and_the_hessian_are_those_of_finite_differences()
    {
        ProblemCases.CheckGradient(Made(3), ProblemCases.Point(12));
        ProblemCases.CheckHessian(Made(3), ProblemCases.Point(12));
        ProblemCases.CheckHessianVector(Made(3), ProblemCases.Point(12));
    }

    [Fact]
    public void F_is_the_mean_over_places() => ProblemCases.CheckPlacesAverage(Made(5, 7), ProblemCases.Point(20));

    [Fact]
    public void Two_classes_are_logistic_regression_on_the_difference_of_the_rows()
    {
        var softmax = Made(2, 1);
        var logistic = new LogisticRegression(new()
        {
            Data = new SyntheticClassification(new() { Samples = 300, Dimension = 4, Classes = 2, Noise = 0.1 }),
            Split = new() { Test = 0.25 },
        }).Built(1);
        var w = ProblemCases.Point(8);
        double[] difference = [.. Enumerable.Range(0, 4).Select(k => w[4 + k] - w[k])];

        Assert.Equal(logistic.Objective(difference, []), softmax.Objective(w, []) - 0.01 * w.Sum(v => v * v), 1e-13);
    }

    [Fact]
    public void Huge_scores_do_not_overflow()
    {
        var x = ProblemCases.Point(12, 1e4);
        Assert.True(double.IsFinite(Made(3).Objective(x, [])));
        Assert.All(Made(3).FullGradient(x), g => Assert.True(double.IsFinite(g)));
    }

    [Fact]
    public void The_largest_score_predicts()
    {
        var problem = new SoftmaxRegression(new()
        {
            Data = new LibSvmSource(new()
            {
                File = ProblemCases.WriteFile("0 1:1\n1 2:1\n2 3:1\n"),
                TestFile = ProblemCases.WriteFile("0 1:1\n1 3:1\n2 3:1\n1 2:1\n"),
            }),
        }).Built(1);
        var metrics = new Dictionary<string, double>();
        problem.Evaluate([1, 0, 0, 0, 1, 0, 0, 0, 1], metrics.Add);

        Assert.Equal(0.75, metrics["accuracy"]);
    }

    [Fact]
    public void Smoothness_bounds_the_curvature_everywhere_it_was_looked()
    {
        var problem = Made(3);
        for (var trial = 0UL; trial < 5; trial++)
        {
            var x = ProblemCases.Point(12, 0.3 * trial, trial);
            Assert.True(ProblemCases.LargestCurvature(problem, x) <= problem.Smoothness);
        }
    }
}
