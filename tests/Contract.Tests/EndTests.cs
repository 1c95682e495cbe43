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
        Assert.Matches("workers 0 to [1-9] wait for 'model' from server", record.Reason);
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

    const string Ring = """
        topology: { name: ring, nodes: 4 }
        problem: { name: quadratic, dimension: 3, heterogeneity: 1, noise: 0.1 }
        method: { name: d-sgd, step: STEP }
        links: { delay: 1ms }
        compute: { per-task: 1s }
        stop: { time: 600s }
        samples: 10
        faults: []
        """;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Crashes_to_come_do_not_hide_that_a_run_stands_still(int seed)
    {
        var text = Ring.Replace("[]", "[{ name: crash, mean-up: 20s, mean-down: 5s }]") + $"\nseed: {seed}";
        var record = Run(text, step: 0.05);

        Assert.Equal(Outcome.Stalled, record.Outcome);
        Assert.InRange(record.Counts.LastUpdate, 1, 299_000_000_000);
        Assert.Contains(
            FormattableString.Invariant($"the last of {record.Counts.Updates} updates was at {record.Counts.LastUpdate / 1e9} s; "),
            record.Reason, StringComparison.Ordinal);
        Assert.Matches(
            @"node \d waits for 'state' from node \d and up to 1 more messages, since [\d.]+ s "
            + @"\(a message on that link was lost at [\d.]+ s\)",
            record.Reason);
    }

    [Fact]
    public void A_run_whose_only_event_left_is_a_crash_ends_at_the_next_sampling_instant()
    {
        var text = Ring.Replace(
            "[]", "[{ name: crash, place: 1, at: 10.5s, for: 1s }, { name: crash, place: 2, at: 590s }]");
        var record = Run(text, step: 0.05);

        Assert.Equal(Outcome.Stalled, record.Outcome);
        Assert.StartsWith("no runnable event: the last of ", record.Reason, StringComparison.Ordinal);
        Assert.True(record.VirtualTime < 60_000_000_000, $"it ends at {record.VirtualTime / 1e9} s");
    }

    [Theory]
    [InlineData("async-sgd", "-1, at: 0.2s", "server is down for good since 0.2 s")]
    [InlineData("minibatch-sgd", "-1, at: 0.2s", "server is down for good since 0.2 s")]
    [InlineData("local-sgd", "-1, at: 0.2s", "server is down for good since 0.2 s")]
    [InlineData("minibatch-sgd", "2, at: 0.2s", "worker 2 is down for good since 0.2 s")]
    [InlineData("local-sgd", "2, at: 0.2s", "worker 2 is down for good since 0.2 s")]
    public void Who_is_down_for_good_is_named(string method, string place, string who)
    {
        var text = Text.Replace("[]", $"[{{ name: crash, place: {place} }}]");
        text = method == "local-sgd"
            ? text.Replace("async-sgd, step: STEP", "local-sgd, rate: STEP, outer-rate: 1")
            : text.Replace("async-sgd", method);
        var record = Run(text, step: 0.1);

        Assert.Equal(Outcome.Stalled, record.Outcome);
        Assert.Contains(who, record.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_whose_agents_are_all_down_is_not_completed()
    {
        var text = Ring.Replace("[]", "[" + string.Join(", ", Enumerable.Range(0, 4).Select(
            node => $"{{ name: crash, place: {node}, at: 5.5s }}")) + "]");
        var record = Run(text, step: 0.05);

        Assert.Equal(Outcome.Stalled, record.Outcome);
        Assert.Contains("node 3 is down for good since 5.5 s", record.Reason, StringComparison.Ordinal);
        Assert.Equal(4, record.Counts.Crashes);
    }

    [Fact]
    public void A_token_whose_moves_are_all_lost_stands_still()
    {
        var record = Run(Ring.Replace("d-sgd", "srw").Replace("[]", "[{ name: drop, probability: 1 }]"), step: 0.05);

        Assert.Equal(Outcome.Stalled, record.Outcome);
        Assert.Contains("no update was made; token is on its way since 0 s", record.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_under_faults_that_never_comes_to_an_update_says_so_where_agents_begin_anew_again_and_again()
    {
        var faults = "[{ name: drop, probability: 1 }, { name: crash, mean-up: 20s, mean-down: 5s }]";
        var record = Run(Ring.Replace("d-sgd", "ad-psgd").Replace("[]", faults), step: 0.05);

        Assert.Equal(2, record.Warnings.Count);
        Assert.StartsWith("faults: rule 1, 'drop', can stop 'ad-psgd' for good", record.Warnings[0], StringComparison.Ordinal);
        Assert.Equal("no update was made, and faults fired", record.Warnings[1]);
    }

    [Fact]
    public void A_server_that_is_down_from_the_start_is_named_whatever_its_workers_do()
    {
        var text = Text.Replace("[]", "[{ name: crash, place: -1, at: 0 }, { name: crash, mean-up: 50ms, mean-down: 10ms }]");
        var record = Run(text, step: 0.1);

        Assert.Equal(Outcome.Stalled, record.Outcome);
        Assert.Contains("server is down for good since 0 s", record.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_agent_that_is_down_at_the_end_and_comes_back_later_is_no_standstill()
    {
        var text = Text.Replace("workers: 4", "workers: 1").Replace(
            "[]", "[{ name: crash, place: 0, at: 0.9s, for: 0.2s }]");
        var record = Run(text, step: 0.1);

        Assert.Equal(Outcome.BudgetSpent, record.Outcome);
    }

    [Fact]
    public void Nodes_that_have_made_their_iterations_have_completed_whatever_is_to_crash()
    {
        var text = Ring.Replace("step: STEP", "step: STEP, iterations: 20").Replace(
            "[]", "[{ name: crash, place: 1, at: 100s, for: 1s }, { name: crash, place: 2, at: 590s }]");
        var record = Run(text, step: 0.05);

        Assert.Equal(Outcome.Completed, record.Outcome);
        Assert.Equal(80, record.Counts.Updates);
    }

    [Fact]
    public void A_partner_that_is_down_for_good_is_named()
    {
        var text = Ring.Replace("d-sgd", "ad-psgd").Replace("[]", "[{ name: crash, place: 1, at: 50.5s }]");
        var record = Run(text, step: 0.05);

        Assert.Equal(Outcome.Stalled, record.Outcome);
        Assert.Matches("waits? for 'reply' from node 1", record.Reason);
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
