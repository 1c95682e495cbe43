using AsyncOpt.Core.Methods.Bilevel;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Simulation.Tests.Methods.Bilevel;

/// <summary>What a round of several computations looks like from outside.</summary>
public class RoundTests
{
    static StepSchedule Step(double value) => ConstantSchedule.Of(value);

    // Computations of 1 s each: before the first round, and in one.
    static (Method Method, int First, int Round) Of(string name) => name switch
    {
        "bsa" => (new Bsa(new() { Step = Step(0.2), LowerSteps = 3, Terms = 2 }), 0, 3 + 1 + 2 + 1),
        "f2sa" => (new F2sa(new() { Step = Step(0.2), LowerSteps = 2 }), 0, (3 * 2) + 3),
        "bsvrb-v1" => (new BsvrbV1(new() { Step = Step(0.2) }), 1, 2),
        "bsvrb-v2" => (new BsvrbV2(new() { Step = Step(0.2) }), 1, 2),
        "soba" => (new Soba(new() { Step = Step(0.2) }), 1, 1),
        "rsvrb" => (new Rsvrb(new() { Step = Step(0.2) }), 3, 6),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    public static TheoryData<string> Methods => ["bsa", "f2sa", "bsvrb-v1", "bsvrb-v2", "soba", "rsvrb"];

    [Theory]
    [MemberData(nameof(Methods))]
    public void All_computations_of_a_round_count_as_computing(string name)
    {
        var (method, first, round) = Of(name);
        var plan = MethodPlans.PlanOf(method, BilevelRuns.Built(BilevelRuns.Scalar), first + (5 * (round + 1)) + 0.25);
        var last = Simulator.Run(plan.WithDelay(0.5) with { LogUpdates = true }).UpdateLog[^1];

        Assert.Equal(4, last.Version);
        Assert.Equal(round * 1_000_000_000L, last.Compute);
        Assert.Equal(1_000_000_000L, last.Wire);
        Assert.Equal(0, last.Queue);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Metrics_do_not_change_amid_a_round(string name)
    {
        var (method, first, round) = Of(name);
        const int rounds = 4;
        var plan = MethodPlans.PlanOf(method, BilevelRuns.Built(BilevelRuns.Scalar), first + (rounds * round));
        var record = Simulator.Run(plan with { SampleEvery = Seconds(0.25) });

        foreach (var metric in record.Metrics.GroupBy(m => m.Metric))
        {
            for (var k = 1; k < rounds; k++)
            {
                var (start, end) = (first + (k * round), first + ((k + 1) * round));
                var values = metric.Where(m => m.Time > start && m.Time < end).Select(m => m.Value).ToList();
                Assert.Equal((4 * round) - 1, values.Count);
                Assert.All(values, v => Assert.Equal(values[0], v));
            }
        }
        var losses = record.Metric("loss");
        Assert.InRange(losses.Distinct().Count(), rounds - 1, rounds + 1);
    }
}
