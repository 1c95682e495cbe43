using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Tests.Problems;

public sealed class ScaleTests
{
    [Fact]
    public void Accuracies_are_shares_and_losses_that_cannot_be_negative_are_on_the_log_scale()
    {
        var problem = new SoftmaxRegression(new()
        {
            Data = new SyntheticClassification(new() { Samples = 60, Dimension = 2, Classes = 3 }),
            Split = new() { Test = 0.25, Validation = 0.25 },
        }).Built(1);

        Assert.Contains("accuracy", problem.Metrics);
        Assert.All(problem.Metrics, m => Assert.Equal(
            m.EndsWith("accuracy", StringComparison.Ordinal) ? Scale.Logit : Scale.Log, problem.ScaleOf(m)));
        Assert.All(problem.Metrics, m => Assert.Equal(
            m.EndsWith("accuracy", StringComparison.Ordinal), problem.IsBetterAbove(m)));
        Assert.Equal(Scale.Log, problem.ScaleOf(MetricNames.Loss));
        Assert.Equal(Scale.Linear, problem.ScaleOf("something else"));
    }

    [Theory]
    [InlineData("gap", Scale.Log)]
    [InlineData("squared-error-worst", Scale.Log)]
    [InlineData("accuracy-spread", Scale.Log)]
    [InlineData("consensus-distance", Scale.Log)]
    [InlineData("loss", null)]
    [InlineData("accuracy", null)]
    public void What_is_never_negative_by_its_definition_is_known_for_every_problem(string metric, Scale? scale) =>
        Assert.Equal(scale, MetricNames.ScaleOf(metric));
}
