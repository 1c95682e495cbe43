using AsyncOpt.Core.Runs;

namespace AsyncOpt.Experiments.Tests;

/// <summary>What gives metrics beside the problem: by name, as a target, without two of a name.</summary>
public class MetricTests
{
    [Fact]
    public void Metrics_of_diagnostics_can_be_targets_and_two_of_a_name_are_refused()
    {
        var text = Parsing.Nodes.Replace("time: 10s", "time: 10s, target: { metric: weight-diversity-eigenvalue-2, value: 0 }");

        Assert.Contains("unknown metric 'weight-diversity-eigenvalue-2'", Parsing.Problems(text)[0], StringComparison.Ordinal);
        Assert.Single(Parsing.Load($"{text}\ndiagnostics: [{{ name: weight-diversity, eigenvalues: 2, every: 2 }}]").Arms);
        Assert.Contains("diagnostic 'weight-diversity' gives 'weight-diversity', and so does diagnostic",
            Parsing.Problems($"{Parsing.Nodes}\ndiagnostics: [weight-diversity, weight-diversity]")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Metrics_of_events_can_be_targets_and_may_not_share_a_name()
    {
        var text = Parsing.Nodes.Replace("time: 10s", "time: 10s, target: { metric: staleness-p95, value: 3 }");

        Assert.Contains("unknown metric 'staleness-p95'", Parsing.Problems(text)[0], StringComparison.Ordinal);
        Assert.Contains("did you mean 'staleness-p95'?",
            Parsing.Problems($"{text.Replace("staleness-p95", "stalenes-p95")}\nmetrics: [staleness]")[0], StringComparison.Ordinal);
        var plan = Parsing.Load($"{text}\nmetrics: [staleness]").Arms[0].PlanOf(0);
        Assert.Equal(Scale.Log, plan.ScaleOf("staleness-p95"));
        Assert.False(plan.Stop.Target!.Above);
        Assert.Equal(
            ["test.yaml:7:10: metrics: metric 'staleness' gives 'staleness-mean', and so does metric 'staleness'; "
                + "keep one of them"],
            Parsing.Problems($"{Parsing.Nodes}\nmetrics: [staleness, {{ name: staleness, every: 2 }}]"));
    }
}
