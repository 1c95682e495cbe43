namespace AsyncOpt.Experiments.Tests;

/// <summary>Targets that can be reached, and runs that end.</summary>
public class TargetTests
{
    [Theory]
    [InlineData("accuracy, value: 1.5", "accuracy is a share between 0 and 1, got 1.5")]
    [InlineData("accuracy, value: -0.5, above: false", "accuracy is a share between 0 and 1, got -0.5")]
    [InlineData("squared-error, value: -1e-9", "squared-error is never below 0, got -1E-09")]
    [InlineData("accuracy, value: 1", null)]
    [InlineData("accuracy, value: 0, above: false", null)]
    [InlineData("gap, value: 0", null)]
    [InlineData("gap, value: 5, above: true", null)]
    public void A_target_beyond_what_its_metric_can_be_is_refused(string target, string? why)
    {
        var text = $$"""
            workers: 4
            method: { name: async-sgd, step: 0.1 }
            problem:
              name: logistic-regression
              regularization: 0.1
              data: { name: synthetic-classification, samples: 20, dimension: 2 }
              split: { train: 0.5, test: 0.5 }
            compute: { per-task: 1ms }
            stop: { time: 1s, target: { metric: {{target}} } }
            samples: 3
            """;

        if (why is null)
            Assert.Empty(Parsing.Load(text).Arms[0].Warnings);
        else
            Assert.Equal(
                [$"test.yaml:9:27: stop.target: the target cannot be reached: {why}"], Parsing.Problems(text));
    }

    [Fact]
    public void A_loss_below_the_least_one_is_no_target()
    {
        // (1/2) (x - t)^2 in the mean over t = 1, 2, 3, 4: least at 2.5, where it is (1.5^2 + 0.5^2) / 4 = 0.625.
        static string With(string value) => Parsing.Workers.Replace("dimension: 3", "targets: [[1], [2], [3], [4]]")
            .Replace("updates: 10", "updates: 10, target: { metric: loss, value: " + value + " }");

        Assert.Empty(Parsing.Load(With("0.6250001")).Arms[0].Warnings);
        Assert.Equal(
            ["test.yaml:5:30: stop.target: the target cannot be reached: the least loss is 0.625, got 0.6249"],
            Parsing.Problems(With("0.6249")));
    }

    [Theory]
    [InlineData("0.1234567891s")]
    [InlineData("999.5ns")]
    public void A_time_between_nanoseconds_is_refused(string time) => Assert.Equal(
        [$"test.yaml:5:15: stop.time: expected a time such as 5ms, from 1e-9 to 2e9, got '{time}'; a time is a whole number of "
            + "nanoseconds"],
        Parsing.Problems(Parsing.Nodes.Replace("time: 10s", $"time: {time}")));

    [Theory]
    [InlineData("10s", null)]
    [InlineData("10001ms", "sample-every: 10.001s is beyond stop.time, 10s, so that nothing is measured between start "
        + "and end")]
    public void Sampling_beyond_the_end_is_warned_of(string every, string? warning) => Assert.Equal(
        warning is null ? [] : [warning],
        Parsing.Load(Parsing.Nodes.Replace("samples: 4", $"sample-every: {every}")).Arms[0].Warnings);

    [Theory]
    [InlineData("4ns", false)]
    [InlineData("3ns", true)]
    public void More_sampling_instants_than_nanoseconds_are_warned_of(string time, bool warned) => Assert.Equal(
        warned ? [$"samples: 4 instants do not fit into stop.time, {time}: it has fewer nanoseconds"] : [],
        Parsing.Load(Parsing.Nodes.Replace("time: 10s", $"time: {time}")).Arms[0].Warnings);

    [Theory]
    [InlineData("target: { metric: gap, value: 1e-3, stop: true }", true)]
    [InlineData("target: { metric: gap, value: 1e-3, stop: true }, time: 1s", false)]
    [InlineData("target: { metric: gap, value: 1e-3, stop: true }, wall-time: 1s, time: 1s", false)]
    [InlineData("updates: 10", false)]
    public void A_run_that_only_a_target_ends_may_never_end(string stop, bool warned) => Assert.Equal(
        warned ? ["stop: nothing but the target ends the run, so it never ends where the target is not met; add "
            + "stop.time, or another limit"] : [],
        Parsing.Load(Parsing.Workers.Replace("updates: 10", stop)).Arms[0].Warnings);

    [Theory]
    [InlineData("gap, value: 0", "gap at or below 0")]
    [InlineData("gap, value: 5, above: true", "gap at or above 5")]
    public void A_run_that_only_chance_would_end_is_refused(string target, string what)
    {
        var stop = $"target: {{ metric: {target}, stop: true }}";

        Assert.Equal(
            [$"test.yaml:5:17: stop.target: {what} is met by chance at best, and nothing else ends the run; give "
                + "another value, or add stop.time"],
            Parsing.Problems(Parsing.Workers.Replace("updates: 10", stop)));
        Assert.Empty(Parsing.Load(Parsing.Workers.Replace("updates: 10", $"{stop}, updates: 10")).Arms[0].Warnings);
    }

    [Theory]
    [InlineData("d-sgd", "consensus-distance", null)]
    [InlineData("d-sgd", "gap-worst", "'gap-worst' is of several agents that are each an estimate, and this run has none")]
    [InlineData("async-sgd", "consensus-distance", "'consensus-distance' is of agents whose mean is the estimate, and this "
        + "run has none; expected one of loss, gap, squared-error, gradient-norm")]
    public void A_target_is_of_a_metric_that_the_run_has(string method, string metric, string? why)
    {
        var text = (method == "d-sgd" ? Parsing.Nodes : Parsing.Workers)
            .Replace("stop: { ", "stop: { target: { metric: " + metric + ", value: 0.1 }, ");

        if (why is null)
            Assert.Equal(metric, Parsing.Load(text).Arms[0].File.Stop.Target!.Metric);
        else
            Assert.Contains($"stop.target: metric {why}", Assert.Single(Parsing.Problems(text)));
    }
}
