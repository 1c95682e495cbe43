using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Bilevel;
using AsyncOpt.Core.Problems.Data;

namespace AsyncOpt.Core.Tests.Problems.Bilevel;

public class DataReweightingTests
{
    const int Blocks = 3;

    static DataReweighting.Options Small => new()
    {
        Data = new SyntheticClassification(new() { Samples = 40, Dimension = 2, Noise = 0.1 }),
        Split = new() { Validation = 0.3, Test = 0.2 },
        Bias = true,
        Temperatures = [1, 2.5, 6],
        Regularization = 0.05,
    };

    [Fact]
    public void The_oracles_fit_together()
    {
        var problem = new DataReweighting(Small).Built(Blocks);
        int[] all = [.. Enumerable.Range(0, problem.Parameters)];

        Assert.Equal((20, 3, 3), (problem.Parameters, problem.Lower, problem.Places));
        for (var place = 0; place < Blocks; place++)
        {
            BilevelCases.CheckOracles(problem, place, [3, 0, 7, 7, 19]);
            BilevelCases.CheckOracles(problem, place, all);
            BilevelCases.CheckUpper(problem, place, all);
        }
    }

    [Fact]
    public void The_hypergradient_is_the_slope_of_the_validation_loss_of_retrained_models()
    {
        var problem = new DataReweighting(Small).Built(Blocks);
        var x = ProblemCases.Point(problem.Parameters);
        var gradient = problem.FullGradient(x);

        ProblemCases.CheckGradient(problem, x);

        // The lower solutions are stationary, and the values those of the formula.
        int[] all = [.. Enumerable.Range(0, problem.Parameters)];
        double[] sum = new double[x.Length], flipped = new double[x.Length];
        for (var place = 0; place < Blocks; place++)
        {
            var w = new double[3];
            problem.SolveLower(place, x, w);
            Assert.All(problem.Evaluate(BilevelOracles.LowerGradient, place, all, default, x, w)[0],
                g => Assert.Equal(0, g, 1e-10));
            ByFormula(problem, place, x, w, +1, sum);
            ByFormula(problem, place, x, w, -1, flipped);
        }
        BilevelCases.Close(gradient, sum, 1e-9);
        // A Hessian whose data term has the other sign, as in a published script, gives something else altogether.
        Assert.True(flipped.Zip(gradient, (a, b) => Math.Abs(a - b)).Max() > 0.5 * gradient.Max(Math.Abs));
    }

    // dF/dx_j = -(1/m) sum_i (1/n) sigma'(x_j) grad_w l_j(w_i).H_i^-1 grad f_i(w_i), by loops of its own.
    static void ByFormula(DataReweighting problem, int place, double[] x, double[] w, double sign, double[] sum)
    {
        static double S(double z) => 1 / (1 + Math.Pow(Math.E, -z));
        var (n, tau) = (problem.Parameters, problem.Temperatures[place]);
        double[] Row(int row)
        {
            var dense = new double[3];
            problem.Features.CopyRow(row, dense);
            return dense;
        }
        var hessian = new double[9];
        for (var j = 0; j < n; j++)
        {
            var (a, b) = (Row(problem.Training[j]), problem.Labels[problem.Training[j]]);
            var s = S(-b * BilevelCases.Dot(a, w) / tau);
            for (var k = 0; k < 9; k++)
                hessian[k] += sign * S(x[j]) * s * (1 - s) * a[k / 3] * a[k % 3] / tau / tau / n;
        }
        for (var k = 0; k < 3; k++)
            hessian[4 * k] += problem.Regularization;
        var upper = new double[3];
        foreach (var row in problem.Validation)
        {
            var (a, b) = (Row(row), problem.Labels[row]);
            for (var k = 0; k < 3; k++)
                upper[k] -= b * a[k] * S(-b * BilevelCases.Dot(a, w) / tau) / tau / problem.Validation.Length;
        }
        var v = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(3, 3, hessian)
            .Solve(MathNet.Numerics.LinearAlgebra.Vector<double>.Build.Dense(upper)).ToArray();
        for (var j = 0; j < n; j++)
        {
            var (a, b) = (Row(problem.Training[j]), problem.Labels[problem.Training[j]]);
            var along = -b * S(-b * BilevelCases.Dot(a, w) / tau) / tau * BilevelCases.Dot(a, v);
            sum[j] -= S(x[j]) * (1 - S(x[j])) * along / n / Blocks;
        }
    }

    [Fact]
    public void No_sample_is_in_two_parts_and_only_the_training_part_is_harmed()
    {
        var file = Core.Tests.Data.ProjectData.Path("tabular/breast_cancer.csv");
        DataReweighting Make(double flip, double keep) => new DataReweighting(new()
        {
            Data = new CsvSource(new() { File = file }),
            Split = new() { Validation = 0.2, Test = 0.2 },
            Standardize = true,
            Corruption = new() { Flip = flip, KeepPositives = keep },
            Temperatures = [1],
        }).Built(1);
        var (clean, harmed) = (Make(0, 1), Make(0.25, 0.3));

        Assert.Empty(clean.Training.Intersect(clean.Validation));
        Assert.Equal(569 - 113 - 113, clean.Training.Length);
        Assert.Equal(clean.Validation, harmed.Validation);
        Assert.All(clean.Validation, row => Assert.Equal(clean.Labels[row], harmed.Labels[row]));
        var positives = clean.Training.Count(row => clean.Labels[row] > 0);
        var kept = harmed.Training.Count(row => clean.Labels[row] > 0);
        Assert.Equal((int)(0.3 * positives), kept);
        Assert.Equal(clean.Training.Length - positives + kept, harmed.Training.Length);
        Assert.Equal((int)(0.25 * harmed.Training.Length),
            harmed.Training.Count(row => clean.Labels[row] != harmed.Labels[row]));
        Assert.All(harmed.Training, row => Assert.Contains(row, clean.Training));
    }

    [Fact]
    public void Plain_logistic_regression_meets_the_same_harm()
    {
        var corruption = new Corruption { Flip = 0.2, KeepPositives = 0.5 };
        var data = new SyntheticClassification(new() { Samples = 200, Dimension = 3 });
        var split = new SplitFractions { Validation = 0.2, Test = 0.2 };
        var weighted = new DataReweighting(
            new() { Data = data, Split = split, Corruption = corruption, Temperatures = [1] }).Built(1, 5);

        var plain = new LogisticRegression(
            new() { Data = data, Split = split, Corruption = corruption }).Built(4, 5);

        Assert.Equal(weighted.Training, plain.Parts.Train.Rows);
        Assert.Equal(weighted.Labels, plain.Labels);
        Assert.Equal(plain.Parts.Train.Rows.Length,
            Enumerable.Range(0, 4).Sum(place => plain.Shards.Of(place).Length));
    }

    [Fact]
    public void Metrics_are_those_of_each_blocks_own_model()
    {
        var problem = new DataReweighting(Small).Built(Blocks);
        var lower = new double[9];
        var x = ProblemCases.Point(problem.Parameters);
        for (var place = 0; place < Blocks; place++)
            problem.SolveLower(place, x, lower.AsSpan(3 * place, 3));
        var metrics = new Dictionary<string, double>();

        problem.EvaluateAt(x, lower, (name, value) => metrics.Add(name, value));

        Assert.Equal(problem.Objective(x, []), metrics["loss"], 1e-12);
        Assert.Equal(x.Average(DataReweighting.Sigmoid), metrics["clean-weight"], 1e-12);
        Assert.False(metrics.ContainsKey("flipped-weight"));
        Assert.InRange(metrics["best-test-accuracy"], 0.5, 1);
        problem.EvaluateAt(x, new double[9], (name, value) => metrics[name] = value);
        Assert.Equal(Math.Log(2), metrics["test-loss"], 1e-12);
    }

    [Fact]
    public void Temperatures_are_drawn_from_the_data_seed_and_can_be_listed()
    {
        var drawn = new DataReweighting(Small with { Temperatures = null });
        drawn.Built(100, 3);

        Assert.Equal(100, drawn.Places);
        Assert.InRange(drawn.Temperatures.Min(), 1, 2);
        Assert.InRange(drawn.Temperatures.Max(), 10, 11);
        Assert.InRange(drawn.Temperatures.Average(), 5, 7);
        Assert.Equal([1, 2.5, 6], new DataReweighting(Small).Built(3).Temperatures);
        Assert.NotEmpty((Small with { Temperatures = [0] }).Violations());
        Assert.NotEmpty((Small with { Split = new() }).Violations());
    }
}
