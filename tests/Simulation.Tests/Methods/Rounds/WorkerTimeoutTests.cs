using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Methods.LocalTraining;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests.Methods.Rounds;

/// <summary>Workers that send again where no answer comes: asynchronous server methods, and streaming DiLoCo.</summary>
public class WorkerTimeoutTests
{
    const string Sgd = "async-sgd", Local = "async-local-sgd", Streaming = "streaming-diloco";

    static Method MethodOf(string name, double? timeout)
    {
        VirtualTime? time = timeout is { } seconds ? Seconds(seconds) : null;
        return name switch
        {
            Sgd => new AsyncSgd(new() { Step = Step(0.1), Timeout = time }),
            Local => new AsyncLocalSgd(new()
            {
                Rate = Step(0.1), Steps = 1, OuterRate = Step(1), Shards = ShardChoice.Own, Timeout = time,
            }),
            _ => new StreamingDiloco(new()
            {
                Rate = Step(0.1), Steps = 3, Fragments = 2, Overlap = 1, Outer = new Sgd(), OuterRate = Step(1),
                Timeout = time,
            }),
        };
    }

    static RunPlan Plan(string method, double? timeout, int workers, double time) =>
        PlanOf(MethodOf(method, timeout), QuadraticOf(Targets(workers)), time) with { LogUpdates = true };

    [Theory]
    [InlineData(Sgd)]
    [InlineData(Local)]
    public void A_lost_message_costs_one_timeout(string method)
    {
        // One worker, an update a second: answers 4, 5 and 9, models 15, 16 and 20 are lost.
        var plan = Plan(method, 3, 1, 60.5) with
        {
            Faults =
            [
                new LostMessages((from, to, k) => from < 0 ? k is 15 or 16 or 20 : k is 4 or 5 or 9),
            ],
        };
        var record = Simulator.Run(plan);

        Assert.Equal(6, record.Counts.Lost);
        Assert.Equal(60 - (6 * 3), record.Counts.Updates);
        // Each update is one step of size 0.1, none is made twice, and none is left out.
        var x = new double[3];
        for (var k = 0; k < record.Counts.Updates; k++)
            Axpy(-0.1, Gradient(plan.Problem, 0, x), x);
        AssertClose(x, record.Estimate, 1e-13);
    }

    [Theory]
    [InlineData(Sgd)]
    [InlineData(Local)]
    [InlineData(Streaming)]
    public void The_first_message_may_be_lost(string method)
    {
        var plan = Plan(method, 3, 2, 60.5) with { Faults = [new LostMessages((_, _, k) => k == 0)] };
        var record = Simulator.Run(plan);

        Assert.Equal(Outcome.BudgetSpent, record.Outcome);
        Assert.True(record.Counts.Updates > 30, $"{record.Counts.Updates}");
    }

    [Theory]
    [InlineData(Sgd)]
    [InlineData(Local)]
    public void No_answer_is_applied_twice(string method)
    {
        // Half of the messages come twice and a tenth not at all; delays are often longer than the timeout.
        var plan = Plan(method, 1, 7, 300).WithDelay(new ShiftedExponential(new() { Mean = 0.5 })).WithJitter(0, 2) with
        {
            Faults = [new DropFault(new() { Probability = 0.1 }), new DuplicateFault(new() { Probability = 0.5 })],
        };
        var record = Simulator.Run(plan);

        Assert.Equal(Outcome.BudgetSpent, record.Outcome);
        Assert.True(record.Counts.Updates > 300, $"{record.Counts.Updates}");
        Assert.Equal(record.UpdateLog.Count, record.Counts.Updates);
        if (method == Sgd)
        {
            // A worker computes once at a version: what it says of the ages names the worker's computation.
            Assert.Equal(record.UpdateLog.Count, record.UpdateLog
                .Select(u => (u.Version, u.Compute, u.Time - u.Queue - u.Wire)).Distinct().Count());
        }
        Assert.True(record.Counts.Gradients >= record.Counts.Updates);
    }

    [Theory]
    [InlineData(Sgd)]
    [InlineData(Local)]
    [InlineData(Streaming)]
    public void No_worker_is_left_out_at_20_percent_loss(string method)
    {
        Assert.Equal(Outcome.Stalled, Simulator.Run(Lossy(null)).Outcome);
        var record = Simulator.Run(Lossy(2));

        Assert.Equal(Outcome.BudgetSpent, record.Outcome);
        Assert.True(record.Counts.LastUpdate > Seconds(980).Nanoseconds);
        var counts = record.Staleness.AgentCounts.Where(c => c.Agent > 0).GroupBy(c => c.Agent)
            .ToDictionary(g => g.Key, g => g.Sum(c => c.Updates));
        if (counts.Count > 0)
            Assert.All(counts.Values, n => Assert.True(n > 50, $"{n}"));

        RunPlan Lossy(double? timeout) => Plan(method, timeout, 5, 1000).WithDelay(0.2) with
        {
            Faults = [new DropFault(new() { Probability = 0.2 })],
        };
    }

    [Theory]
    [InlineData(Sgd)]
    [InlineData(Local)]
    [InlineData(Streaming)]
    public void A_timeout_that_never_passes_changes_no_update(string method)
    {
        RunPlan Timed(double? timeout) => Plan(method, timeout, 5, 100)
            .WithDelay(new ShiftedExponential(new() { Mean = 0.3 })).WithJitter(0, 2);
        var (plain, timed) = (Simulator.Run(Timed(null)), Simulator.Run(Timed(500)));

        Assert.True(plain.Counts.Updates > 50);
        Assert.Equal(plain.UpdateLog, timed.UpdateLog);
        Assert.Equal(plain.Estimate, timed.Estimate);
    }
}
