using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Runs;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests.Methods;

public class MinibatchSgdTests
{
    static MinibatchSgd Method(double step) => new(new() { Step = Step(step) });

    static double[] Serial(Problem problem, double step, int rounds)
    {
        var x = new double[problem.Parameters];
        for (var round = 0; round < rounds; round++)
        {
            var sum = new double[x.Length];
            for (var w = 0; w < problem.Places; w++)
                Axpy(1, Gradient(problem, w, x, agent: w, round), sum);
            Axpy(-step / problem.Places, sum, x);
        }
        return x;
    }

    [Theory]
    [InlineData(2, 0)] // two terms commute: the same bits
    [InlineData(5, 1e-12)]
    public void Is_the_serial_loop_over_rounds(int n, double tolerance)
    {
        var problem = QuadraticOf(Targets(n, 6), noise: 0.5);
        double[] speeds = [.. Enumerable.Range(0, n).Select(w => 1 + (0.1 * ((w * 3) % n)))];
        var slowest = speeds.Max();
        var record = Simulator.Run(PlanOf(Method(0.2), problem, 30.3).WithSpeeds(speeds).WithDelay(0.05));

        var rounds = (int)(30.3 / (slowest + 0.1));
        Assert.Equal(rounds, record.Counts.Updates);
        Assert.Equal(rounds + 1, record.Traffic.Single(t => t.Role == "server").Messages / n);
        Assert.Equal(0, record.Staleness.Max);
        AssertClose(Serial(problem, 0.2, rounds), record.Estimate, tolerance);
    }

    [Fact]
    public void Duplicates_change_nothing()
    {
        var problem = QuadraticOf(Targets(2));
        var plan = PlanOf(Method(0.2), problem, 50.5).WithDelay(0.05);
        var plain = Simulator.Run(plan);
        var doubled = Simulator.Run(plan with { Faults = [new DuplicateFault(new() { Probability = 1 })] });

        Assert.True(doubled.Counts.Duplicated > 100);
        Assert.Equal(plain.Counts.Updates, doubled.Counts.Updates);
        Assert.Equal(plain.Estimate, doubled.Estimate);
    }

    [Fact]
    public void A_lost_message_ends_in_a_stall_that_names_it()
    {
        var plan = PlanOf(Method(0.1), QuadraticOf(Targets(2)), 1000);
        var record = Simulator.Run(plan with { Faults = [new DropFault(new() { Probability = 0.1 })] });

        Assert.Equal(Outcome.Stalled, record.Outcome);
        Assert.Contains("lost at", record.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 10.3)] // in the middle of a computation
    [InlineData(1, 10.02)] // while the model is on its way to it
    [InlineData(1, 10.999)]
    [InlineData(-1, 10.3)]
    public void A_crash_costs_time_but_no_round(int place, double at)
    {
        var problem = QuadraticOf(Targets(2));
        var plan = PlanOf(Method(0.2), problem, 50.5).WithDelay(0.05);
        var record = Simulator.Run(plan with { Faults = [new CrashFault(new() { Place = place, At = Seconds(at), For = Seconds(4) })] });

        Assert.Equal(Outcome.BudgetSpent, record.Outcome);
        Assert.InRange(record.Counts.Updates, 40, 43); // 45 without
        Assert.Equal(Serial(problem, 0.2, (int)record.Counts.Updates), record.Estimate);
    }
}
