using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Experiments;
using AsyncOpt.Simulation;
using Examples;

namespace AsyncOpt.Contract.Tests;

/// <summary>The examples of docs/examples, which the pages show.</summary>
public class ExampleTests
{
    static readonly string Here = typeof(TinyAsyncSgd).Assembly.Location;

    static string File(string method, string problem, string more = "") => $$"""
        workers: 5
        method: { name: {{method}}, step: 0.1, batch-size: 3 }
        problem:
          name: {{problem}}
          regularization: 0.1
          data: { name: synthetic-regression, samples: 200, dimension: 6, noise: 0.5 }
        links: { delay: { name: shifted-exponential, shift: 1ms, mean: 5ms } }
        compute: { per-task: 20ms, jitter: { name: log-normal, median: 1, sigma: 0.5 } }
        stop: { time: 3s }
        samples: 6
        {{more}}
        """;

    static Core.Runs.RunPlan Plan(string method, string problem, string more = "") => Experiment
        .Parse(File(method, problem, more), "example.yaml", AppContext.BaseDirectory, new LoadOptions { Plugins = [Here] })
        .Arms[0].Plan(0);

    [Fact]
    public void The_tiny_method_has_the_bits_of_async_sgd()
    {
        var (tiny, real) = (Plan("tiny-async-sgd", "least-squares"), Plan("async-sgd", "least-squares"));

        Assert.Equal(Simulator.Run(real).Hash, Simulator.Run(tiny).Hash);
        Assert.Equal(Simulator.Run(tiny).Hash, Simulator.Run(tiny with { Partitions = 3 }).Hash);
    }

    [Fact]
    public void The_problem_is_least_squares_up_to_delta_and_linear_beyond()
    {
        Problem Made(Problem problem)
        {
            problem.Build(new(1, 1, path => path));
            return problem;
        }
        var data = new SyntheticRegression(new() { Samples = 100, Dimension = 4, Noise = 1 });
        var squares = Made(new LeastSquares(new() { Data = data, Regularization = 0.1 }));
        var wide = Made(new HuberRegression(new() { Data = data, Regularization = 0.1, Delta = 1e6 }));
        var narrow = Made(new HuberRegression(new() { Data = data, Regularization = 0.1, Delta = 0.5 }));
        double[] point = [1, -2, 0.5, 3], gradient = new double[4];

        Assert.Equal(squares.Objective(point, []), wide.Objective(point, []), 1e-12);
        Assert.True(narrow.Objective(point, gradient) < squares.Objective(point, []));
        for (var k = 0; k < 4; k++)
        {
            const double h = 1e-6;
            double[] above = [.. point], below = [.. point];
            (above[k], below[k]) = (point[k] + h, point[k] - h);
            Assert.Equal((narrow.Objective(above, []) - narrow.Objective(below, [])) / (2 * h), gradient[k], 1e-6);
        }
    }

    [Fact]
    public void The_codec_compresses_in_any_method_and_its_bytes_are_counted()
    {
        var plan = Plan("async-sgd", "least-squares", "messages: { compress: float16 }");
        var record = Simulator.Run(plan);

        var gradients = record.Traffic.Single(t => t.Role == "worker");
        Assert.Equal(gradients.Messages * 6 * 2, gradients.Bytes);
        Assert.Equal(record.Hash, Simulator.Run(plan with { Partitions = 3, ForcePartitions = true }).Hash);
        var whole = Simulator.Run(plan with { Compress = null });
        Assert.NotEqual(whole.Hash, record.Hash);
        // A relative error of 2^-11 in each gradient leaves the learned point where it is, nearly.
        Assert.All(whole.Estimate.Zip(record.Estimate), p => Assert.Equal(p.First, p.Second, 0.01));
    }

    [Fact]
    public void The_codec_rounds_to_floats_of_16_bits()
    {
        double[] x = [1, 1 + (1.0 / 1024), 1 + (1.0 / 8192), -3e5, 0];

        Assert.Equal(10, new Float16().Encode(x, 8, default));
        Assert.Equal([1, 1 + (1.0 / 1024), 1, -65504, 0], x);
    }

    [Fact]
    public void The_problem_is_learned()
    {
        var loss = Simulator.Run(Plan("tiny-async-sgd", "huber-regression")).Metrics.Where(m => m.Metric == "loss");

        Assert.True(loss.Last().Value < loss.First().Value / 4, $"{loss.First().Value} to {loss.Last().Value}");
    }
}
