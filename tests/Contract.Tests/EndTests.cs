using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Simulation;

namespace AsyncOpt.Contract.Tests;

/// <summary>How runs end, and what they say about it, whatever the number of partitions.</summary>
public class EndTests
{
    const string Text = """
        workers: 4
        method: { name: async-sgd, step: STEP }
        problem: { name: quadratic, dimension: 3 }
        links: { delay: 1ms }
        compute: { per-task: 1ms }
        stop: { time: 1s, updates: 100000 }
        samples: 4
        faults: []
        """;

    static readonly Catalogue Catalogue = Catalogue.Load();

    [Fact]
    public void A_value_that_is_not_finite_ends_the_run_as_diverged_and_names_agent_and_time()
    {
        var record = Run(Text, step: 1e6);

        Assert.Equal(Outcome.Diverged, record.Outcome);
        Assert.Matches(@"^agent \d \((server|worker \d)\) got a value that is not finite at 0\.\d+ s$", record.Reason);
        Assert.Equal(250_000_000, record.VirtualTime); // judged at the next sampling instant
    }

    [Fact]
    public void A_loss_beyond_the_limit_ends_the_run_as_diverged_and_says_whose_model_it_is()
    {
        var record = Run(Text.Replace("stop: {", "stop: { divergence-loss: 1e3, "), step: 1.2);

        Assert.Equal(Outcome.Diverged, record.Outcome);
        Assert.StartsWith("the loss at the estimate of server is ", record.Reason, StringComparison.Ordinal);
        Assert.EndsWith(" at 0.25 s, beyond the limit of 1000", record.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Lost_messages_end_a_run_that_waits_for_them_and_say_who_waits_for_whom()
    {
        var text = Text.Replace("async-sgd", "minibatch-sgd").Replace("[]", "[{ name: drop, probability: 1 }]");
        var record = Run(text, step: 0.1);

        Assert.Equal(Outcome.Stalled, record.Outcome);
        Assert.Contains("worker 0 waits for 'model' from server", record.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_is_reached_at_a_sampling_instant()
    {
        var text = Text.Replace("stop: {", "stop: { target: { metric: gap, value: 1e-9, stop: true }, ");
        var record = Run(text, step: 0.1);

        Assert.Equal(Outcome.TargetReached, record.Outcome);
        Assert.Equal(record.VirtualTime / 1e9, record.TimeToTarget);
        Assert.StartsWith("gap reached 1E-09 at ", record.Reason, StringComparison.Ordinal);
    }

    static RunRecord Run(string text, double step)
    {
        var experiment = Experiment.Parse(
            text.Replace("STEP", FormattableString.Invariant($"{step}")), "end.yaml", Path.GetTempPath(),
            new LoadOptions { Catalogue = Catalogue });
        var plan = experiment.Arms[0].Plan(0, cancellation: TestContext.Current.CancellationToken);
        var record = Simulator.Run(plan);
        var cut = Simulator.Run(plan with { Partitions = 3, ForcePartitions = true });
        Assert.Equal((record.Outcome, record.Reason, record.Hash), (cut.Outcome, cut.Reason, cut.Hash));
        return record;
    }
}
