using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Problems.Nets;

namespace AsyncOpt.Core.Tests.Problems;

public class MlpClassificationTests
{
    static MlpClassification Made(int[] hidden, Activation activation = Activation.Relu, int places = 3, int samples = 0) =>
        new MlpClassification(new()
        {
            Data = new SyntheticClassification(new() { Samples = 240, Dimension = 4, Classes = 3, Noise = 0.1 }),
            Regularization = 0.02,
            Split = new() { Test = 0.25 },
            Hidden = hidden,
            Activation = activation,
            EvaluationSamples = samples,
        }).Built(places);

    [Fact]
    public void The_objective_is_the_formula()
    {
        // Two features, two ReLU units, two classes: everything by hand.
        var problem = new MlpClassification(new()
        {
            Data = new LibSvmSource(new() { File = ProblemCases.WriteFile("3 1:1 2:2\n5 2:-1\n") }),
            Regularization = 0.1,
            Hidden = [2],
        }).Built(1);
        double[] x = [1, 2, 3, -4, 0.5, 0.25, 1, -1, 2, 3, -0.1, 0.2];
        double Loss(int y, double a, double b)
        {
            var u = Math.Max(0, a * 1 + b * 3 + 0.5);
            var v = Math.Max(0, a * 2 + b * -4 + 0.25);
            double[] z = [u * 1 + v * 2 - 0.1, u * -1 + v * 3 + 0.2];
            return Math.Log(z.Sum(Math.Exp)) - z[y];
        }

        Assert.Equal(12, problem.Parameters);
        Assert.Equal((Loss(0, 1, 2) + Loss(1, 0, -1)) / 2 + 0.05 * x.Sum(w => w * w), problem.Objective(x, []), 1e-13);
    }

    [Theory]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.Tanh)]
    public void The_gradient_is_that_of_finite_differences(Activation activation)
    {
        foreach (var hidden in (int[][])[[], [5], [6, 5], [3, 4, 5]])
        {
            var problem = Made(hidden, activation);
            ProblemCases.CheckGradient(problem, ProblemCases.Point(problem.Parameters));
            ProblemCases.CheckPlacesAverage(problem, ProblemCases.Point(problem.Parameters));
        }
    }

    [Fact]
    public void Without_hidden_layers_it_is_softmax_regression_on_features_with_a_one()
    {
        var net = Made([]);
        var softmax = new SoftmaxRegression(new()
        {
            Data = new SyntheticClassification(new() { Samples = 240, Dimension = 4, Classes = 3, Noise = 0.1 }),
            Regularization = 0.02,
            Split = new() { Test = 0.25 },
            Bias = true,
        }).Built(3);
        var x = ProblemCases.Point(15);
        // (features + bias) x classes against classes x (features, bias).
        double[] w = [.. Enumerable.Range(0, 15).Select(i => x[i % 5 * 3 + i / 5])];

        Assert.Equal(softmax.Objective(w, []), net.Objective(x, []), 1e-13);
        Dictionary<string, double> expected = [], metrics = [];
        softmax.Evaluate(w, expected.Add);
        net.Evaluate(x, metrics.Add);
        Assert.Equal(expected["accuracy"], metrics["accuracy"]);
        Assert.Equal(expected["test-loss"], metrics["test-loss"], 1e-13);
        Assert.InRange(metrics["train-accuracy"], 0, 1);
    }

    [Fact]
    public void The_blocks_are_the_layers_without_gaps()
    {
        var problem = Made([6, 5]);
        var end = 0;
        foreach (var block in problem.Blocks)
        {
            Assert.Equal(end, block.Offset);
            end += block.Length;
        }

        Assert.Equal(problem.Parameters, end);
        Assert.Equal([24, 6, 30, 5, 15, 3], problem.Blocks.Select(b => b.Length));
    }

    [Fact]
    public void The_start_has_the_variances_of_He_and_Glorot_and_no_biases()
    {
        var problem = new MlpClassification(new()
        {
            Data = new SyntheticClassification(new() { Samples = 20, Dimension = 100, Classes = 10 }),
            Hidden = [200],
        }).Built(1);
        var x = problem.InitialPoint(5);

        Assert.Equal(x, problem.InitialPoint(5));
        Assert.NotEqual(x, problem.InitialPoint(6));
        double Variance(int block) => x.Skip(problem.Blocks[block].Offset).Take(problem.Blocks[block].Length).Average(v => v * v);
        Assert.Equal(2 / 100.0, Variance(0), 0.05 * 2 / 100);            // 20,000 numbers: standard error 1 %
        Assert.Equal(0, Variance(1));
        Assert.Equal(2 / 210.0, Variance(2), 0.15 * 2 / 210);            // 2,000: 3 %
        Assert.Equal(0, Variance(3));
    }

    [Fact]
    public void It_claims_no_convexity() => Assert.Equal(0, Made([5]).StrongConvexity);

    [Fact]
    public void Metrics_over_a_subset_are_those_of_a_subset()
    {
        var (whole, some) = (Made([5]), Made([5], samples: 50));
        var x = ProblemCases.Point(whole.Parameters);
        ProblemCases.CheckGradient(some, x);

        Assert.Equal(some.Objective(x, []), Made([5], samples: 50).Objective(x, []));
        Assert.NotEqual(whole.Objective(x, []), some.Objective(x, []));
        Assert.Equal(whole.Objective(x, []), some.Objective(x, []), 0.5);
        Assert.Equal(whole.Objective(x, []), Made([5], samples: 180).Objective(x, []));
        Assert.Contains(some.Facts(), f => f.Name == "metrics over");
        // 50 of 180 samples with the weight 1/180 each: again a mean. Zeros score all classes alike.
        Assert.Equal(Math.Log(3), some.Objective(new double[x.Length], []), 1e-14);
        var metrics = new Dictionary<string, double>();
        some.Evaluate(x, metrics.Add);
        Assert.Equal(50 * metrics["accuracy"], Math.Round(50 * metrics["accuracy"]), 1e-9);
        Assert.Equal(metrics.Keys, some.Metrics);
    }

    [Fact]
    public void Gradient_descent_learns_what_no_linear_model_can()
    {
        // Exclusive or: a linear model is right for three of four at most.
        var problem = new MlpClassification(new()
        {
            Data = new LibSvmSource(new() { File = ProblemCases.WriteFile("0 1:1 2:1\n0 1:-1 2:-1\n1 1:1 2:-1\n1 1:-1 2:1\n") }),
            Hidden = [8],
        }).Built(1);
        var x = problem.InitialPoint(1);
        for (var step = 0; step < 500; step++)
        {
            var g = problem.FullGradient(x);
            for (var k = 0; k < x.Length; k++)
                x[k] -= 0.5 * g[k];
        }

        Assert.True(problem.Objective(x, []) < 0.02);
    }
}
