using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Methods.LocalTraining;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Runs;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests;

/// <summary>What a run says against its own results.</summary>
public class MetricDoubtsTests
{
    // Each worker makes an update a second.
    static RunPlan Plan(int buffer, StopRules? stop = null)
    {
        var method = new AsyncLocalSgd(new()
        {
            Rate = Step(0.1),
            OuterRate = Step(1),
            Steps = 1,
            Server = new BufferRule(new() { Size = buffer }),
        });
        return PlanOf(method, QuadraticOf(Targets(3)), 10) with
        {
            Compute = new(VirtualTime.Zero, VirtualTime.Zero, [1, 1, 1]) { PerStep = Seconds(1) },
            SampleEvery = Seconds(1),
            Stop = stop ?? new StopRules { Time = Seconds(10) },
        };
    }

    [Fact]
    public void A_server_whose_buffer_never_fills_is_said()
    {
        var idle = Simulator.Run(Plan(buffer: 100_000));
        var busy = Simulator.Run(Plan(buffer: 3));

        Assert.Single(idle.Metric("gap").Distinct());
        Assert.True(idle.Counts.Updates > 10);
        Assert.Equal(
            $"the estimate never changed (updates counted: {idle.Counts.Updates}): no step was made, as with a step of 0, or "
            + "with a server that waits for more updates than came", Assert.Single(idle.Warnings));
        Assert.Empty(busy.Warnings);
    }

    [Fact]
    public void So_is_a_step_of_0()
    {
        var method = new AsyncSgd(new AsyncSgd.Options { Step = Step(0) });

        Assert.StartsWith("the estimate never changed (updates counted: 30): ",
            Assert.Single(Simulator.Run(PlanOf(method, QuadraticOf(Targets(3)), 10.5)).Warnings));
    }

    [Fact]
    public void A_gap_below_0_is_said_beyond_rounding()
    {
        var (right, wrong) = (Plan(buffer: 3), Plan(buffer: 3));
        var optimum = right.Problem.Optimum!;
        right.Problem.Optimum = optimum with { Value = Math.BitIncrement(optimum.Value) };
        wrong.Problem.Optimum = optimum with { Value = optimum.Value + 100 };

        var run = Simulator.Run(wrong);

        Assert.True(run.Metric("gap").Min() < -1);
        Assert.StartsWith("gap was -", Assert.Single(run.Warnings));
        Assert.Contains("below 0 by more than rounding: what is taken for the optimum is none", run.Warnings[0]);
        Assert.Empty(Simulator.Run(right).Warnings);
    }

    [Fact]
    public void A_target_that_the_start_meets_is_said()
    {
        static StopRules Stop(double value) => new() { Time = Seconds(10), Target = new MetricTarget("gap", value, false, true) };

        var met = Simulator.Run(Plan(buffer: 3, Stop(1e9)));

        Assert.Equal(0, met.TimeToTarget);
        Assert.StartsWith("the target is met before the first update: gap is ", Assert.Single(met.Warnings));
        Assert.Empty(Simulator.Run(Plan(buffer: 3, Stop(1e-9))).Warnings);
    }
}
