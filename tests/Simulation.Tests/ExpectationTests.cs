using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests;

/// <summary>What each rule did is counted, and held to what was expected of it.</summary>
public class ExpectationTests
{
    // The worker sends six messages to the server, a second apart, over links of 1 s.
    static RunPlan Six(params Fault[] faults) =>
        Plans.Of(new Sends([0, 1, 2, 3, 4, 5]), 1, 100, Plans.Second) with { Faults = faults };

    static Rule At(int rank, Verdict verdict) =>
        new((in MessageContext m) => m.Sequence == rank ? verdict : Verdict.Pass);

    [Fact]
    public void Each_rule_is_counted_by_what_it_did()
    {
        var both = new Rule((in MessageContext m) => m.Sequence switch
        {
            0 => Verdict.Drop,
            1 => Verdict.Delay(Seconds(1)),
            2 => Verdict.Delay(Seconds(2)),
            _ => Verdict.Pass,
        });

        var record = Simulator.Run(Six(
            both, At(1, Verdict.Duplicate), At(2, Verdict.Hold(Seconds(9))), At(3, Verdict.Corrupt(new(2))),
            new CrashFault(new() { Place = 0, At = Seconds(50), For = Seconds(1) })));

        Assert.Equal(
        [
            new("Rule", 3) { Dropped = 1, Delayed = 2 }, new("Rule", 1) { Duplicated = 1 },
            new("Rule", 1) { Held = 1 }, new("Rule", 1) { Corrupted = 1 }, new("crash", 1) { Down = 1 },
        ], record.Faults);
    }

    static readonly DropFault Loss = new(new() { Probability = 0.5 });

    static IReadOnlyList<string>? Unmet(RunPlan plan, Expectation expect) =>
        Simulator.Run(plan with { Expect = expect }).Unmet;

    [Fact]
    public void A_fault_that_never_fired_is_named()
    {
        var plan = Six(Loss, new CrashFault(new() { Place = 0, At = Seconds(200), For = Seconds(1) }));

        Assert.Null(Simulator.Run(plan).Unmet);
        Assert.Equal(["fault 2, 'crash', was to fire, and never did"], Unmet(plan, new() { EveryFault = true }));
        Assert.Empty(Unmet(Six(Loss), new() { EveryFault = true })!);
    }

    [Fact]
    public void So_is_a_rule_that_acted_less_often_than_expected()
    {
        var plan = Six(Loss, Loss);
        var fired = Simulator.Run(plan).Faults.Sum(f => f.Fired);
        Assert.InRange(fired, 1, 6);

        Assert.Empty(Unmet(plan, new() { Rules = [("drop", fired)] })!);
        Assert.Equal(
            [$"'drop' was to act at least 7 times, and acted {fired}"], Unmet(plan, new() { Rules = [("drop", 7)] }));
    }

    [Fact]
    public void What_is_sent_again_and_what_the_quantum_raises_count_as_rules()
    {
        var plan = Six(At(0, Verdict.Drop));
        plan = plan with
        {
            Links = plan.Links with { Retransmit = new() { Timeout = Seconds(0.1) }, Quantum = Seconds(2) },
        };

        // The first is lost once more: a further try is the same message to the rule.
        var counts = Simulator.Run(plan).Counts;
        Assert.Equal((8, 5), (counts.Retried, counts.Raised));
        Assert.Empty(Unmet(plan, new() { Rules = [("retransmit", 8), ("quantum", 5)] })!);
        Assert.Equal(
            ["'retransmit' was to act at least 9 times, and acted 8", "'quantum' was to act at least 6 times, and acted 5"],
            Unmet(plan, new() { Rules = [("retransmit", 9), ("quantum", 6)] }));
    }

    [Fact]
    public void Another_end_than_expected_is_named_and_nothing_of_it_changes_the_run()
    {
        var plan = Six(Loss);

        Assert.Equal(
            ["it was to end as completed, and ended as stalled"], Unmet(plan, new() { Outcome = Outcome.Completed }));
        Assert.Empty(Unmet(plan, new() { Outcome = Outcome.Stalled })!);
        SameRun.Assert(Simulator.Run(plan), Simulator.Run(plan with { Expect = new() { EveryFault = true } }));
    }

    delegate Verdict Judging(in MessageContext message);

    sealed class Rule(Judging judge) : Fault
    {
        public override bool JudgesMessages => true;

        public override Verdict Judge(in MessageContext message, in Draw draw) => judge(in message);
    }
}
