using AsyncOpt.Core.Runs;

namespace AsyncOpt.Experiments.Tests;

/// <summary>The key <c>expect</c>: what it makes of a run, and what no run can meet.</summary>
public class ExpectOptionsTests
{
    const string Faults = "faults: [{ name: drop, probability: 0.1 }, { name: crash, place: 1, at: 5s }]";

    static string[] Problems(string expect) =>
        [.. Parsing.Problems($"{Parsing.Workers}\n{Faults}\n{expect}").Select(Parsing.WithoutLists)];

    [Fact]
    public void A_run_has_the_expectation_of_the_file_and_an_arm_its_own()
    {
        var experiment = Parsing.Load($$"""
            {{Parsing.Workers}}
            {{Faults}}
            expect: { every-fault: true, rules: [crash, { rule: drop, at-least: 7 }], outcome: budget-spent }
            arms: { a: {}, b: { expect: null }, c: { expect: { outcome: stalled, every-fault: false } } }
            """);

        var (first, third) = (experiment.Arms[0].PlanOf(0).Expect!, experiment.Arms[2].PlanOf(0).Expect!);
        Assert.True(first.EveryFault);
        Assert.Equal([("crash", 1), ("drop", 7)], first.Rules);
        Assert.Equal(Outcome.BudgetSpent, first.Outcome);
        Assert.Null(experiment.Arms[1].PlanOf(0).Expect);
        Assert.Equal((false, Outcome.Stalled), (third.EveryFault, third.Outcome));
    }

    [Theory]
    [InlineData("expect: {}", "test.yaml:8:9: expect: nothing is expected: give every-fault, rules or outcome")]
    [InlineData("expect: { rules: [drop, drop] }", "test.yaml:8:9: expect: rules: 'drop' is given twice")]
    [InlineData("expect: { outcome: cancelled }",
        "test.yaml:8:9: expect: outcome: a run that is cancelled is none yet, and cannot be expected")]
    [InlineData("expect: { outcome: target-reached }",
        "test.yaml:8:9: expect: outcome: a run ends as target-reached by stop.target with 'stop: true' alone")]
    [InlineData("expect: { rules: [dropp] }",
        "test.yaml:8:9: expect: no rule 'dropp' can act in this run; did you mean 'drop'?")]
    [InlineData("expect: { rules: [retransmit] }",
        "test.yaml:8:9: expect: no rule 'retransmit' can act in this run; expected one of drop, crash")]
    public void What_no_run_can_meet_is_refused(string expect, string why) =>
        Assert.Equal(why, Assert.Single(Problems(expect)));

    [Fact]
    public void Of_a_run_without_faults_none_is_expected() => Assert.Contains(
        "every-fault: this run has no faults",
        Assert.Single(Parsing.Problems($"{Parsing.Workers}\nexpect: {{ every-fault: true }}")),
        StringComparison.Ordinal);

    [Fact]
    public void Links_and_service_bring_rules_of_their_own()
    {
        var plan = Parsing.Load($$"""
            {{Parsing.Workers}}
            links: { delay: 1ms, send-rate: 1e6, buffer: 3, quantum: 2ms, retransmit: { timeout: 1s } }
            faults: [{ name: drop, probability: 0.1 }, { name: drop, probability: 0.2 }]
            """).Arms[0].PlanOf(0);

        Assert.Equal(["drop", "retransmit", "buffer", "quantum"], Expectation.RulesOf(plan));
    }
}
