using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Tests.Methods;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests;

/// <summary>The least delay that a run's links declare.</summary>
public class QuantumTests
{
    static RunPlan Phold(Law delay, double quantum)
    {
        var plan = Plans.Of(new Phold(), 100, 20, delay) with { Topology = MethodPlans.Complete(100) };
        return plan with { Links = plan.Links with { Quantum = Seconds(quantum) } };
    }

    static ShiftedExponential WithoutFloor => new(new() { Mean = 1 });

    [Fact]
    public void It_is_the_lookahead_where_delays_have_no_floor_and_bits_do_not_depend_on_partitions()
    {
        var plan = Phold(WithoutFloor, 0.2);
        var one = Simulator.Run(plan with { Partitions = 1 });

        foreach (var partitions in (int[])[2, 3, 7])
        {
            var more = Simulator.Run(plan with { Partitions = partitions, Threads = 2 });

            Assert.Equal(partitions, more.Partitions);
            Assert.Equal(200_000_000, more.Lookahead);
            Assert.Equal(one.Hash, more.Hash);
            Assert.Equal(one.Counts.Raised, more.Counts.Raised);
            Assert.Equal(one.Counts.RaisedSum, more.Counts.RaisedSum);
            Assert.Equal(one.Counts.RaisedMax, more.Counts.RaisedMax);
        }
        Assert.NotEqual(Simulator.Run(Phold(WithoutFloor, 0)).Hash, one.Hash);
    }

    [Fact]
    public void Shorter_delays_are_raised_to_it_and_that_is_counted_and_said()
    {
        var record = Simulator.Run(Phold(new Constant(new() { Value = 0.25 }), 1));

        // 100 balls that take 1 s a throw, thrown at 0, 1, ..., 19 s.
        Assert.Equal(2_000, record.Counts.Messages);
        Assert.Equal(2_000, record.Counts.Raised);
        Assert.Equal(2_000 * 750_000_000L, record.Counts.RaisedSum);
        Assert.Equal(750_000_000, record.Counts.RaisedMax);
        Assert.Equal(
            "links.quantum raised the delay of 2000 of 2000 messages, by 0.75 s in the mean and 0.75 s at most",
            Assert.Single(record.Warnings));
    }

    [Fact]
    public void An_exponential_delay_is_raised_as_often_as_it_is_shorter()
    {
        var record = Simulator.Run(
            Phold(WithoutFloor, 0.5) with { Stop = new StopRules { Time = Seconds(400) }, SampleEvery = Seconds(400) });

        // P(delay < q) = 1 - exp(-q), E(q - delay | delay < q) = q / (1 - exp(-q)) - 1, for q = 0.5.
        var counts = record.Counts;
        var share = 1 - Math.Exp(-0.5);
        var n = counts.Messages;
        Assert.InRange((double)counts.Raised / n, share - (5 * Math.Sqrt(0.25 / n)), share + (5 * Math.Sqrt(0.25 / n)));
        Assert.Equal((0.5 / share) - 1, counts.RaisedSum / 1e9 / counts.Raised, 0.01);
        Assert.InRange(counts.RaisedMax, 0, 500_000_000);
    }

    [Fact]
    public void It_acts_on_agents_in_lockstep_as_on_all()
    {
        var plan = MethodPlans.PlanOf(
            new DSgd(new() { Step = MethodPlans.Step(0.1) }), MethodPlans.QuadraticOf(MethodPlans.Targets(12)), 30,
            MethodPlans.Ring(12));
        plan = plan with { Links = new(new TableDelay((_, _) => 0.25)) { Quantum = Seconds(2) } };

        var one = Simulator.Run(plan);

        Assert.True(one.Counts.Raised > 100);
        Assert.Equal(one.Hash, Simulator.Run(plan, new RunHooks { OneByOne = true }).Hash);
        Assert.Equal(one.Hash, Simulator.Run(plan with { Partitions = 3, Threads = 2 }).Hash);
        Assert.NotEqual(one.Hash, Simulator.Run(plan with { Links = plan.Links with { Quantum = Seconds(0) } }).Hash);
    }

    [Fact]
    public void Longer_delays_stay_as_they_are()
    {
        var record = Simulator.Run(Phold(new Constant(new() { Value = 2 }), 1));

        Assert.Equal(0, record.Counts.Raised);
        Assert.Empty(record.Warnings);
        Assert.Equal(Simulator.Run(Phold(new Constant(new() { Value = 2 }), 0)).Hash, record.Hash);
    }
}
