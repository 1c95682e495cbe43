using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Problems.Shardings;

namespace AsyncOpt.Core.Tests.Problems;

public class LogisticRegressionTests
{
    // Three samples with labels 1 and 2: features (1, 2), (0, -1), (3, 0).
    static LogisticRegression Small(int places = 1) => new LogisticRegression(new()
    {
        Data = new LibSvmSource(new() { File = ProblemCases.WriteFile("2 1:1 2:2\n1 2:-1\n2 1:3\n") }),
        Regularization = 0.1,
    }).Built(places);

    static LogisticRegression Large(Sharding sharding, int places) => new LogisticRegression(new()
    {
        Data = new SyntheticClassification(new() { Samples = 2500, Dimension = 5, Noise = 0.1, TestSamples = 300 }),
        Sharding = sharding,
        Regularization = 0.01,
        Bias = true,
    }).Built(places);

    [Fact]
    public void The_objective_is_the_formula()
    {
        double[] x = [0.3, -0.7];
        double Loss(double y, double a, double b) => Math.Log(1 + Math.Exp(-y * (a * x[0] + b * x[1])));
        var expected = (Loss(1, 1, 2) + Loss(-1, 0, -1) + Loss(1, 3, 0)) / 3 + 0.05 * (0.09 + 0.49);

        Assert.Equal(expected, Small().Objective(x, []), 1e-14);
        Assert.Equal(Math.Log(2), Small().Objective([0, 0], []), 1e-15);
    }

    [Fact]
    public void Labels_are_mapped_and_the_mapping_is_reported() =>
        Assert.Contains(("labels", "1 -> -1, 2 -> +1"), Small().Facts());

    [Fact]
    public void The_gradient_and_the_hessian_are_those_of_finite_differences()
    {
        var problem = Large(new IidSharding(), 3);
        ProblemCases.CheckGradient(problem, ProblemCases.Point(6));
        ProblemCases.CheckHessian(problem, ProblemCases.Point(6));
        ProblemCases.CheckHessianVector(problem, ProblemCases.Point(6));
        ProblemCases.CheckGradient(Small(), [0.2, 0.4]);
        ProblemCases.CheckHessian(Small(), [0.2, 0.4]);
        ProblemCases.CheckHessianVector(Small(), [0.2, 0.4]);
    }

    [Fact]
    public void F_is_the_mean_over_places_for_even_and_uneven_shards()
    {
        ProblemCases.CheckPlacesAverage(Large(new IidSharding(), 10), ProblemCases.Point(6));
        ProblemCases.CheckPlacesAverage(Large(new DirichletSharding(new() { Alpha = 0.3 }), 7), ProblemCases.Point(6));
        ProblemCases.CheckPlacesAverage(Large(new RepeatSharding(), 4), ProblemCases.Point(6));
    }

    [Fact]
    public void Huge_margins_neither_overflow_nor_vanish()
    {
        var problem = Small();
        // Margins -1000, -1000, 3000.
        Assert.Equal(2000 / 3.0 + 0.05 * 2e6, problem.Objective([1000, -1000], []), 1e-9);
        Assert.All(problem.FullGradient([-1e4, -1e4]), g => Assert.True(double.IsFinite(g)));
    }

    [Fact]
    public void A_single_sample_batch_has_the_gradient_of_that_sample()
    {
        // Sample 1: a = (0, -1), y = -1; at x = 0 the gradient is -y a / 2 = (0, -1/2).
        ProblemCases.Equal([0, -0.5], Small().Gradient([0, 0], 0, [1]), 1e-15);
        // Twice the same sample: the mean is that of one.
        ProblemCases.Equal([0, -0.5], Small().Gradient([0, 0], 0, [1, 1]), 1e-15);
    }

    [Fact]
    public void Smoothness_bounds_the_curvature()
    {
        // At x = 0 every sample curves by 1/4: the Hessian there has the largest eigenvalue there is.
        var problem = Large(new IidSharding(), 1);
        var top = ProblemCases.LargestCurvature(problem, new double[6]);

        Assert.InRange(problem.Smoothness!.Value, top, 1.06 * top);
    }

    [Fact]
    public void Evaluate_counts_right_predictions_on_the_test_part()
    {
        var problem = new LogisticRegression(new()
        {
            Data = new LibSvmSource(new()
            {
                File = ProblemCases.WriteFile("1 1:1\n-1 1:-1\n"),
                TestFile = ProblemCases.WriteFile("1 1:1\n-1 1:2\n1 1:3\n1 1:4\n"),
            }),
        }).Built(2);
        var metrics = new Dictionary<string, double>();
        problem.Evaluate([1], metrics.Add);

        Assert.Equal(0.75, metrics["accuracy"]);
        double Loss(double margin) => Math.Log(1 + Math.Exp(-margin));
        Assert.Equal((Loss(1) + Loss(-2) + Loss(3) + Loss(4)) / 4, metrics["test-loss"], 1e-14);
    }

    [Fact]
    public void A_validation_part_has_metrics_of_its_own()
    {
        var problem = new LogisticRegression(new()
        {
            Data = new SyntheticClassification(new() { Samples = 100, Dimension = 3 }),
            Split = new() { Validation = 0.2, Test = 0.2 },
        }).Built();
        var names = new List<string>();
        problem.Evaluate(new double[3], (name, _) => names.Add(name));

        Assert.Equal(["validation-loss", "validation-accuracy", "test-loss", "accuracy"], names);
    }

    [Fact]
    public void The_fingerprint_is_that_of_the_objective_whatever_the_places()
    {
        var one = Large(new IidSharding(), 1).Fingerprint;

        Assert.Equal(one, Large(new IidSharding(), 10).Fingerprint);
        Assert.Equal(one, Large(new RepeatSharding(), 7).Fingerprint);
        Assert.NotEqual(one, Large(new IidSharding(), 3).Fingerprint);       // 2500 is no multiple of 3
        Assert.NotEqual(one, Large(new OnePerNodeSharding(new()), 100).Fingerprint);
    }

    [Fact]
    public void Three_classes_are_refused()
    {
        var data = new LibSvmSource(new() { File = ProblemCases.WriteFile("1 1:1\n2 1:2\n3 1:3\n") });
        var error = Assert.Throws<InputException>(() => new LogisticRegression(new() { Data = data }).Built());
        Assert.Contains("two classes", error.Message);
    }

    [Fact]
    public void Heterogeneous_places_are_not_shuffled_away()
    {
        var data = new SyntheticClassification(new() { SamplesPerPlace = 4, Dimension = 3, Heterogeneity = 1 });

        var error = Assert.Throws<InputException>(() => new LogisticRegression(new() { Data = data }).Built());
        Assert.Contains("by-place", error.Message);
        var problem = new LogisticRegression(new() { Data = data, Sharding = new ByPlaceSharding() }).Built();
        Assert.Equal([8, 9, 10, 11], problem.Sampler!.Shard(2).ToArray());
    }
}
