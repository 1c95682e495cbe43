using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Simulation;

namespace AsyncOpt.Contract.Tests;

/// <summary>The experiment whose question is who goes on where messages are lost, a sixth as long.</summary>
public class LossyFederationTests
{
    static Experiment Load(params string[] settings) => ShippedExperimentsTests.Load(
        "lossy-federation", new LoadOptions { Sets = ["stop.time=20s", "samples=2", .. settings] });

    [Fact]
    public void No_arm_stalls_at_5_percent_loss()
    {
        foreach (var arm in Load().Arms)
        {
            var record = Simulator.Run(arm.Plan(0, cancellation: TestContext.Current.CancellationToken));

            Assert.True(record.Outcome == Outcome.BudgetSpent, $"{arm.Name}: {record.Reason}");
            Assert.True(record.Counts.Lost > 5, $"{arm.Name}: {record.Counts.Lost} lost");
            Assert.True(record.Counts.LastUpdate > 15e9, $"{arm.Name}: last at {record.Counts.LastUpdate} ns");
        }
    }

    [Theory]
    [InlineData("fedavg", "method.participation.timeout=null", "method.participation.quorum=null")]
    [InlineData("d-sgd", "method.timeout=null")]
    [InlineData("async-sgd", "method.timeout=null")]
    public void Without_its_timeout_an_arm_is_warned_of(string name, params string[] settings)
    {
        var arm = Load([.. settings.Select(setting => $"arms.{name}.{setting}")]).Arms.Single(a => a.Name == name);
        Assert.Contains(arm.Warnings, w => w.Contains("can stop", StringComparison.Ordinal));
    }
}
