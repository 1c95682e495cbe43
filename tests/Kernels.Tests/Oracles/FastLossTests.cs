using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Bilevel;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Kernels.Tests.Oracles;

/// <summary>Holds every fast loss to the plain form. A new one is found by its attribute.</summary>
public class FastLossTests
{
    public static TheoryData<string> Problems() => [.. FastLosses.Problems.Select(p => p.Name)];

    [Fact]
    public void There_are_fast_losses() => Assert.NotEmpty(FastLosses.Problems);

    [Theory]
    [MemberData(nameof(Problems))]
    public void Objective_gradient_and_metrics_agree_with_the_plain_form(string name)
    {
        var type = FastLosses.Problems.Single(p => p.Name == name);
        foreach (var (plain, fast) in FastOracleCases.For(type).Zip(FastOracleCases.For(type)))
        {
            FastLosses.Attach(fast);
            Assert.NotNull(fast.FastLoss);
            for (var trial = 0UL; trial < 3; trial++)
            {
                var x = new double[plain.Parameters];
                for (var k = 0; k < x.Length; k++)
                    x[k] = 0.3 * new Draw(9, Purpose.None, trial, (ulong)k).Normal();
                double[] expected = new double[x.Length], gradient = new double[x.Length];
                var loss = plain.Objective(x, expected);

                Assert.Equal(loss, fast.Objective(x, gradient), 1e-12 * (1 + Math.Abs(loss)));
                Assert.Equal(fast.Objective(x, []), fast.Objective(x, gradient));
                var scale = expected.Max(Math.Abs);
                for (var k = 0; k < x.Length; k++)
                    Assert.Equal(expected[k], gradient[k], 1e-12 * scale);
                var (metrics, others) = (Metrics(plain, x, trial), Metrics(fast, x, trial));
                Assert.Equal(metrics.Keys, others.Keys);
                foreach (var metric in metrics.Keys)
                    Assert.Equal(metrics[metric], others[metric], 1e-12 * (1 + Math.Abs(metrics[metric])));

                var measured = new Dictionary<string, double>();
                var separate = new Dictionary<string, double>();
                Array.Clear(expected);
                Assert.Equal(fast.Objective(x, gradient), fast.Measure(x, expected, measured.Add));
                Assert.Equal(gradient, expected);
                fast.Evaluate(x, separate.Add);
                Assert.Equal(separate, measured);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Problems))]
    public void Hessians_agree_with_the_plain_form(string name)
    {
        var type = FastLosses.Problems.Single(p => p.Name == name);
        foreach (var (plain, fast) in FastOracleCases.For(type).Zip(FastOracleCases.For(type)))
        {
            if (plain is not IHessian hessian)
                continue;
            FastLosses.Attach(fast);
            var features = ((SampleProblem)fast).Features;
            Assert.Equal(features.IsDense, fast.FastLoss!.HasHessian(features));
            var x = new double[plain.Parameters];
            for (var k = 0; k < x.Length; k++)
                x[k] = 0.3 * new Draw(9, Purpose.None, 0, (ulong)k).Normal();
            double[] expected = new double[x.Length * x.Length], actual = new double[x.Length * x.Length];

            hessian.Hessian(x, expected);
            ((IHessian)fast).Hessian(x, actual);

            var scale = expected.Max(Math.Abs);
            for (var k = 0; k < expected.Length; k++)
                Assert.Equal(expected[k], actual[k], 1e-12 * scale);
        }
    }

    // Where blocks keep lower solutions of their own, at drawn ones.
    static Dictionary<string, double> Metrics(Problem problem, double[] x, ulong trial)
    {
        var metrics = new Dictionary<string, double>();
        if (problem is not BilevelProblem bilevel)
        {
            problem.Evaluate(x, metrics.Add);
            return metrics;
        }
        var lower = new double[bilevel.Places * bilevel.Lower];
        for (var k = 0; k < lower.Length; k++)
            lower[k] = new Draw(9, Purpose.None, trial, (ulong)(x.Length + k)).Normal();
        bilevel.EvaluateAt(x, lower, metrics.Add);
        return metrics;
    }

    // Rows are read in one of four forms, by their zeros and by the number of scores; scores of rows with many zeros are
    // taken in groups of 16, whose weights lie in lines of 2, 4, 8 and of 8 beside 2, 4, 8.
    [Theory]
    [InlineData(0.9, 3)]
    [InlineData(0.9, 20)]
    [InlineData(0.1, 2)]
    [InlineData(0.1, 3)]
    [InlineData(0.1, 8)]
    [InlineData(0.1, 10)]
    [InlineData(0.1, 11)]
    [InlineData(0.1, 15)]
    [InlineData(0.1, 20)]
    [InlineData(0.1, 35)]
    public void Softmax_over_tables_with_many_and_few_zeros_agrees_with_the_plain_form(double share, int classes)
    {
        var lines = Enumerable.Range(0, 500).Select(row => $"{row % classes} " + string.Join(' ',
            from column in Enumerable.Range(1, 37)
            let draw = new Draw(3, Purpose.None, (ulong)row, (ulong)column)
            where draw.Uniform(0) < share
            select FormattableString.Invariant($"{column}:{draw.Normal():R}")));
        var path = Path.GetTempFileName();
        File.WriteAllLines(path, lines);
        var options = new SoftmaxRegression.Options { Data = new LibSvmSource(new() { File = path }) };
        var (plain, fast) = (new SoftmaxRegression(options), new SoftmaxRegression(options));
        plain.Build(new(2, 1, p => p));
        fast.Build(new(2, 1, p => p));
        File.Delete(path);
        FastLosses.Attach(fast);
        var x = Enumerable.Range(0, plain.Parameters)
            .Select(k => new Draw(9, Purpose.None, 0, (ulong)k).Normal()).ToArray();
        double[] expected = new double[x.Length], gradient = new double[x.Length];

        Assert.Equal(plain.Objective(x, expected), fast.Objective(x, gradient), 1e-12);
        for (var k = 0; k < x.Length; k++)
            Assert.Equal(expected[k], gradient[k], 1e-13);
    }

    [Fact]
    public void A_net_so_wide_that_few_samples_go_through_at_once_agrees_with_the_plain_form()
    {
        var problem = new MlpClassification(new()
        {
            Data = new SyntheticClassification(new() { Samples = 40, Dimension = 2 }),
            Hidden = [70_000],
        });
        problem.Build(new(1, 1, path => path));
        var x = problem.InitialPoint(1);
        double[] plain = new double[x.Length], fast = new double[x.Length], oracle = new double[x.Length];
        var loss = problem.Objective(x, plain);
        FastLosses.Attach(problem);

        Assert.Equal(loss, problem.Objective(x, fast), 1e-12);
        new OracleTable<double>(problem)[Oracle.Gradient].Evaluate(
            new() { Input = x, Output = oracle, Samples = problem.Sampler!.Shard(0) });
        var scale = plain.Max(Math.Abs);
        for (var k = 0; k < x.Length; k++)
        {
            Assert.Equal(plain[k], fast[k], 1e-12 * scale);
            Assert.Equal(plain[k], oracle[k], 1e-12 * scale);
        }
    }
}
