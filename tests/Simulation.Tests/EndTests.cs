using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests;

/// <summary>How runs end: by every budget, a target, divergence, and want of events, each with a reason.</summary>
public class EndTests
{
    // Two workers, 1 s per link and 1 s per gradient: each makes an update every 3 s, from 3 s on.
    static RunPlan Plan(StopRules stop, double step = 0.1) => Plans.Of(
        new AsyncSgd(new AsyncSgd.Options { Step = ConstantSchedule.Of(step) }), 2, 1, Plans.Second, Quadratic()) with
    {
        Stop = stop,
        SampleEvery = Seconds(1),
    };

    static Quadratic Quadratic()
    {
        var problem = new Quadratic(new Quadratic.Options { Targets = [[1.0]] });
        problem.Build(new ProblemContext(2, 1, name => name));
        return problem;
    }

    public static TheoryData<string, StopRules, double> Budgets => new()
    {
        { "time", new StopRules { Time = Seconds(7.5) }, 7.5 },
        // Events of an instant come after its sample: the 4 updates of 3 s and 6 s are seen at 7 s.
        { "updates", new StopRules { Updates = 4 }, 7 },
        // Gradients come at 2 s, 5 s, ...
        { "gradients", new StopRules { Gradients = 3 }, 6 },
        { "samples", new StopRules { Gradients = 100, Messages = 6 }, 4 },
        { "messages", new StopRules { Messages = 7 }, 6 },
        // 8 bytes each: 2 models at 0 s, 2 gradients at 2 s, 2 models at 3 s.
        { "bytes", new StopRules { Bytes = 48 }, 4 },
    };

    [Theory]
    [MemberData(nameof(Budgets))]
    public void A_budget_ends_the_run_at_the_first_sampling_instant_that_finds_it_spent(string what, StopRules stop, double end)
    {
        var record = Simulator.Run(Plan(stop));

        Assert.Equal(Outcome.BudgetSpent, record.Outcome);
        Assert.Equal((long)(end * 1e9), record.VirtualTime);
        Assert.NotEmpty(what);
    }

    [Fact]
    public void A_count_that_overshoots_its_budget_says_so_and_when_it_was_judged()
    {
        // 2 updates every 3 s from 3 s on: 2,000 are there at 3,000 s, 6 more at 3,009 s.
        var record = Simulator.Run(Plan(new StopRules { Updates = 2000 }) with { SampleEvery = Seconds(10) });

        Assert.Equal("updates reached 2,006 of 2,000 at the sampling instant 3010 s", record.Reason);
        Assert.Equal(2006, record.Counts.Updates);
    }

    [Fact]
    public void A_target_ends_the_run_when_it_is_first_met()
    {
        // x_k = 1 - 0.9^k, loss = 0.9^2k / 2: below 0.3 first after 3 updates, two of which come at 3 s, two at 6 s.
        var stop = new StopRules { Time = Seconds(100), Target = new MetricTarget("loss", 0.3, Above: false, Stop: true) };

        var record = Simulator.Run(Plan(stop));

        Assert.Equal(Outcome.TargetReached, record.Outcome);
        Assert.Equal(7, record.TimeToTarget);
    }

    [Fact]
    public void Divergence_names_agent_and_time()
    {
        var record = Simulator.Run(Plan(new StopRules { Time = Seconds(100_000), DivergenceLoss = double.PositiveInfinity }, step: 1e4));

        Assert.Equal(Outcome.Diverged, record.Outcome);
        Assert.Matches(@"agent \d+ \(worker \d\) got a value that is not finite at \d+", record.Reason);
        Assert.True(record.VirtualTime < 100_000 * 1_000_000_000L);
    }

    [Fact]
    public void A_loss_beyond_its_limit_is_divergence()
    {
        var record = Simulator.Run(Plan(new StopRules { Time = Seconds(1000), DivergenceLoss = 1e6 }, step: 30));

        Assert.Equal(Outcome.Diverged, record.Outcome);
        Assert.Contains("beyond the limit", record.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_runnable_events_says_who_waits_for_whom_and_what_was_lost()
    {
        var record = Simulator.Run(Plan(new StopRules { Time = Seconds(1000) }) with { Faults = [new DropAll()] });

        Assert.Equal(Outcome.Stalled, record.Outcome);
        Assert.Contains("workers 0 to 1 wait for 'model' from server", record.Reason, StringComparison.Ordinal);
        Assert.Contains("was lost at 0 s", record.Reason, StringComparison.Ordinal);
        Assert.Equal(2, record.Counts.Lost);
    }

    [Fact]
    public void A_cancelled_run_keeps_what_it_has()
    {
        using var cancellation = new CancellationTokenSource();
        var hooks = new RunHooks
        {
            Cancellation = cancellation.Token,
            Progress = p =>
            {
                if (p.VirtualTime >= 10)
                    cancellation.Cancel();
            },
        };

        var record = Simulator.Run(Plan(new StopRules { Time = Seconds(1000) }), hooks);

        Assert.Equal(Outcome.Cancelled, record.Outcome);
        Assert.True(record.Metrics.Max(m => m.Time) >= 10);
        Assert.InRange(record.VirtualTime, 9_000_000_000, 20_000_000_000);
    }

    [Fact]
    public void Time_that_stands_still_is_an_error_with_a_remedy()
    {
        var plan = Plan(new StopRules { Time = Seconds(1) }) with
        {
            Compute = Plans.Equal(2, 0),
            Links = new Core.Links.LinkModel(new Plans.LawDelay(Plans.Zero)),
        };

        var error = Assert.Throws<Core.InputException>(() => Simulator.Run(plan));

        Assert.Contains("virtual time stands still at 0 s", error.Message, StringComparison.Ordinal);
        Assert.Contains("give the links a delay", error.Message, StringComparison.Ordinal);
    }

    sealed class DropAll : Fault
    {
        public override bool JudgesMessages => true;

        public override Verdict Judge(in Core.Links.MessageContext message, in Draw draw) => Verdict.Drop;
    }
}
