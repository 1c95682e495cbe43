using AsyncOpt.Core.ComputeTimes;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests;

/// <summary>A message tells a worker to stop: what it computed is gone, as if it had never been.</summary>
public class CancelTests
{
    const double Step = 0.25;

    // Worker 0 takes 1 s, the others more than any round of it; the links 0.01 s.
    static RunPlan Plan(Interrupter method, double spoil = 0, double time = 60)
    {
        double[] factors = [1, 2.3, 3.7, 9.1];
        var delay = new Core.Laws.Constant(new() { Value = 0.01 });
        return Plans.Of(method, 4, time, delay, new Interrupter.Targets(4) { Spoil = spoil }) with
        {
            Compute = new ComputeModel(VirtualTime.FromSeconds(1), VirtualTime.Zero, factors),
        };
    }

    [Fact]
    public void With_limit_one_only_the_fastest_worker_counts()
    {
        var method = new Interrupter(limit: 1, Step);

        var record = Simulator.Run(Plan(method));

        // A round takes 1.02 s; x - 1 shrinks by 1 - eta in each.
        var updates = (int)(60 / 1.02);
        Assert.Equal(updates, record.Counts.Updates);
        Assert.Equal(updates, record.Counts.Gradients);
        Assert.All(record.Estimate, x => Assert.Equal(1 - Math.Pow(1 - Step, updates), x, 1e-12));
        Assert.True(method.Stopped > 2 * updates, $"{method.Stopped} stopped");
    }

    [Fact]
    public void What_was_given_up_leaves_no_trace()
    {
        var plain = Simulator.Run(Plan(new(limit: 1, Step)));

        // The gradients of all others are others now, and would end as no numbers.
        foreach (var spoil in (double[])[7, double.NaN])
        {
            SameRun.Assert(plain, Simulator.Run(Plan(new(limit: 1, Step), spoil)));
            SameRun.Assert(plain, Simulator.Run(
                Plan(new(limit: 1, Step), spoil) with { Threads = 2 }, new RunHooks { ParallelLeast = 0 }));
        }
        Assert.NotEqual(plain.Hash, Simulator.Run(Plan(new(limit: 9, Step), spoil: 7)).Hash);
    }

    [Fact]
    public void No_update_is_staler_than_the_limit_allows_and_gradients_under_way_are_too_late()
    {
        var method = new Interrupter(limit: 3, Step);
        var plan = Plan(method, time: 500);
        plan = plan with
        {
            Links = plan.Links with
            {
                Delay = new Plans.LawDelay(new Core.Laws.Uniform(
            new() { Low = 0.01, High = 1.5 }))
            }
        };

        var record = Simulator.Run(plan);

        Assert.Equal(2, record.Staleness.Max);
        Assert.True(method.Stopped > 50, $"{method.Stopped} stopped");
        Assert.True(method.TooLate > 10, $"{method.TooLate} too late");
        // Applied and discarded are what came back, but for what is under way at the end.
        Assert.InRange(record.Counts.Gradients - record.Counts.Updates - method.TooLate, 0, 4);
        SameRun.Assert(record, Simulator.Run(plan with { Partitions = 3, ForcePartitions = true }));
    }

    [Fact]
    public void What_was_evaluated_for_nothing_is_counted()
    {
        var alone = Simulator.Run(Plan(new(limit: 1, Step))).Counts;
        var ahead = Simulator.Run(Plan(new(limit: 1, Step)) with { Threads = 2 }, new RunHooks { ParallelLeast = 0 }).Counts;

        // One thread evaluates what is due, and nothing else.
        Assert.Equal((alone.Gradients, 0), (alone.Evaluations, alone.WastedEvaluations));
        Assert.True(ahead.WastedEvaluations > 50, $"{ahead.WastedEvaluations} wasted");
        // At the end, at most one of each worker is evaluated and not due.
        Assert.InRange(ahead.Evaluations - ahead.Gradients - ahead.WastedEvaluations, 0, 4);
    }

    [Fact]
    public void A_checkpoint_before_and_after_the_stop_goes_on_to_the_same_end()
    {
        var plan = Plan(new(limit: 1, Step));
        var reference = Simulator.Run(plan);
        // The first gradient comes at 1.02 s, and the stop 0.01 s later.
        foreach (var at in (double[])[1.015, 1.025, 1.035])
        {
            using var file = new MemoryStream();
            Simulator.Run(plan, new() { CheckpointAt = Seconds(at), CheckpointTo = file });
            file.Position = 0;
            Assert.Equal(reference.Hash, Simulator.Run(plan, new() { ResumeFrom = file }).Hash);
        }
    }
}
