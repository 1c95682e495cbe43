using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests.Methods;

public class AdPsgdTests
{
    static AdPsgd Method(StepSchedule step, double? timeout = null) =>
        new(new() { Step = step, Timeout = timeout is { } seconds ? Seconds(seconds) : null });

    public static TheoryData<string> Graphs => ["ring", "complete", "star"];

    static Topology Graph(string name, int nodes) => name switch
    {
        "ring" => Ring(nodes),
        "star" => MethodPlans.Graph(new StarTopology(new() { Nodes = nodes })),
        _ => Complete(nodes),
    };

    [Theory]
    [MemberData(nameof(Graphs))]
    public void Averaging_keeps_the_sum_and_goes_to_the_mean(string graph)
    {
        // Every first gradient is taken at 0, so each node steps by its target once, whatever was averaged meanwhile.
        var targets = Targets(12);
        var plan = PlanOf(Method(FirstOnly), QuadraticOf(targets), 1500.5, Graph(graph, 12));
        foreach (var run in new[]
        {
            plan, // equal times, no delay: all offers cross
            plan.WithDelay(0.3),
            plan.WithDelay(new ShiftedExponential(new() { Shift = 0, Mean = 2 })).WithJitter(0.1, 3),
        })
        {
            var record = Simulator.Run(run);

            Assert.Equal(Outcome.BudgetSpent, record.Outcome);
            var distance = record.Metric("consensus-distance")[^1];
            Assert.InRange(distance, 0, 1e-9);
            // While a reply is on its way only one side has averaged; that moves the sum by their difference.
            var inFlight = ReferenceEquals(run, plan) ? 0 : Math.Sqrt(distance);
            AssertClose(Mean(targets), record.Estimate, 1e-13 + inFlight);
        }
    }

    [Fact]
    public void A_pair_of_which_one_is_slow_does_as_computed_by_hand()
    {
        // Node 0 takes 1 s, node 1 takes 2.5 s, no delay; targets 8 and -8, step 1/2, from 0. Node 0's gradients at
        // 1 s, 2 s: average, step. Node 1 steps at 2.5 s along the gradient taken at time 0.
        var problem = QuadraticOf([[8.0], [-8.0]]);
        var record = Simulator.Run(PlanOf(Method(Step(0.5)), problem, 2.75, Ring(2))
            .WithSpeeds(1, 2.5) with
        { LogUpdates = true });

        // 1 s: x = (0, 0) -> x0 = 0 + 4 = 4. 2 s: g0 = 4 - 8 = -4; mean 2, 2; x0 = 2 + 2 = 4; x1 = 2.
        // 2.5 s: mean 3, 3; g1 = 0 + 8; x1 = 3 - 4 = -1, x0 = 3. Mean: 1.
        Assert.Equal([1.0], record.Estimate);
        Assert.Equal(4, record.Metric("consensus-distance")[^1]);
        // Node 0: each gradient is followed by one average before its step. Node 1: averaged at 1, 2 and 2.5 s.
        Assert.Equal([(0, 1L), (0, 1L), (1, 3L)], record.UpdateLog.Select(u => (u.Agent, u.Staleness)));
    }

    [Fact]
    public void A_slow_node_does_not_hold_the_others_up()
    {
        double[] speeds = [.. Enumerable.Range(0, 16).Select(i => i == 5 ? 100.0 : 1)];
        var record = Simulator.Run(PlanOf(
            Method(Step(0.05)), QuadraticOf(Targets(16)), 200.5, Complete(16))
            .WithSpeeds(speeds).WithDelay(0.01));
        var updates = record.Staleness.AgentMeans.ToDictionary(a => a.Agent, a => a.Updates);

        Assert.InRange(updates[5], 1, 2);
        Assert.All(updates.Where(u => u.Key != 5), u => Assert.InRange(u.Value, 180, 200));
    }

    [Fact]
    public void Finds_the_minimum_of_the_mean_up_to_its_step()
    {
        var targets = Targets(10);
        var record = Simulator.Run(PlanOf(
            Method(new PowerSchedule(new() { Scale = 0.5, Exponent = 0.7 })), QuadraticOf(targets), 5000.5, Ring(10))
            .WithJitter(0.5, 1.5).WithDelay(0.05));

        AssertClose(Mean(targets), record.Estimate, 0.02);
    }

    [Fact]
    public void A_lost_message_ends_in_a_stall_unless_there_is_a_timeout()
    {
        var problem = QuadraticOf(Targets(6));
        RunRecord Run(double? timeout) => Simulator.Run(
            PlanOf(Method(Step(0.1), timeout), problem, 2000, Ring(6)).WithDelay(0.1) with
            {
                Faults = [new DropFault(new() { Probability = 0.05 })],
            });

        var stalled = Run(null);
        Assert.Equal(Outcome.Stalled, stalled.Outcome);
        Assert.Contains("'reply'", stalled.Reason, StringComparison.Ordinal);
        var patient = Run(0.5);
        Assert.Equal(Outcome.BudgetSpent, patient.Outcome);
        Assert.InRange(patient.Counts.Updates, 6 * 1500, 6 * 2000);
    }

    [Fact]
    public void Duplicates_and_crashes_leave_it_running()
    {
        var record = Simulator.Run(PlanOf(
            Method(Step(0.1), timeout: 1), QuadraticOf(Targets(6)), 500.5, Complete(6))
            .WithDelay(0.1).WithJitter(0.5, 2) with
        {
            Faults =
                [
                    new DuplicateFault(new() { Probability = 0.3 }),
                    new CrashFault(new() { MeanUp = Seconds(20), MeanDown = Seconds(3) }),
                ],
        });

        Assert.Equal(Outcome.BudgetSpent, record.Outcome);
        Assert.All(record.Staleness.AgentMeans, a => Assert.InRange(a.Updates, 150, 400));
    }

    [Fact]
    public void Partitions_keep_the_hash()
    {
        var plan = PlanOf(
            Method(Step(0.1)), QuadraticOf(Targets(12), 0.1), 40.5, Ring(12))
            .WithDelay(0.25).WithJitter(0.5, 1.5);
        var one = Simulator.Run(plan with { Partitions = 1 });

        foreach (var partitions in new[] { 2, 3, 7 })
            Assert.Equal(one.Hash, Simulator.Run(plan with { Partitions = partitions, ForcePartitions = true }).Hash);
    }

    [Fact]
    public void Refuses_graphs_on_which_replies_cannot_come_back()
    {
        var directed = MethodPlans.Graph(new RingTopology(new() { Nodes = 5, Directed = true }));

        Assert.Single(Method(Step(0.1)).Errors(new(5, directed, null, null, 0)));
        Assert.Empty(Method(Step(0.1)).Errors(new(5, Ring(5), null, null, 0)));
    }
}
