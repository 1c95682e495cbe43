using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Tests.Support;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests;

/// <summary>How long it takes after a fault until an agent's work counts again, and until the loss is back.</summary>
public class RecoveryTests
{
    // Computations take a second, links half a second.
    static RunPlan Plan(double time, params Fault[] faults) => PlanOf(
        new AsyncSgd(new() { Step = Step(0.05), Timeout = Seconds(4) }), QuadraticOf(Targets(4)), time).WithDelay(0.5) with
    {
        SampleEvery = Seconds(1),
        Faults = faults,
        LogUpdates = true,
    };

    static CrashFault Crash(int place, double at, double length) =>
        new(new() { Place = place, At = Seconds(at), For = Seconds(length) });

    [Fact]
    public void From_a_restart_it_is_the_time_to_the_next_update_of_that_worker()
    {
        // A worker that restarts asks for a model and has it after 1 s, computes for 1 s, and is heard after 0.5 s.
        var record = Simulator.Run(Plan(60, Crash(2, 20.25, 6)));

        var times = Assert.Single(record.Recovery);
        Assert.Equal((0, "crash"), (times.Fault, times.Name));
        var next = record.UpdateLog.First(u => u.Agent == 3 && u.Time >= 26_250_000_000).Time;
        var taken = (next / 1e9) - 26.25;
        Assert.Equal(new(1, 1, taken, taken, taken), times.Updates);
        Assert.InRange(taken, 0.5, 7);
    }

    [Fact]
    public void All_ends_count_as_a_look_at_the_log_of_updates_has_it()
    {
        var crash = new CrashFault(new() { MeanUp = Seconds(15), MeanDown = Seconds(3) });
        var plan = Plan(400, crash);
        var record = Simulator.Run(plan);

        // The slow way: of each end of each place, the first update before the next end.
        var ends = crash.Crashes(4, Seed, Seconds(400)).Where(c => c.Until < Seconds(400)).ToList();
        var times = new List<double>();
        foreach (var end in ends)
        {
            var next = ends.Where(c => c.Place == end.Place && c.Until > end.Until).Select(c => c.Until!.Value.Nanoseconds)
                .DefaultIfEmpty(long.MaxValue).Min();
            var first = record.UpdateLog.Where(u => u.Agent == end.Place + 1 && u.Time >= end.Until!.Value.Nanoseconds)
                .Select(u => u.Time).DefaultIfEmpty(long.MaxValue).Min();
            if (first < next)
                times.Add((first - end.Until!.Value.Nanoseconds) / 1e9);
        }
        times.Sort();
        Assert.InRange(times.Count, 40, ends.Count - 1);
        var p95 = times[(int)Math.Ceiling(0.95 * times.Count) - 1];
        Assert.Equal(
            new(ends.Count, times.Count, times[(times.Count - 1) / 2], p95, times[^1]), record.Recovery[0].Updates);
    }

    [Fact]
    public void It_is_the_same_however_the_run_is_cut_and_after_a_checkpoint()
    {
        var plan = Plan(80, new CrashFault(new() { MeanUp = Seconds(15), MeanDown = Seconds(3) }), new SplitFault(
            new() { Places = [0, 1], At = Seconds(5), For = Seconds(3), Every = Seconds(20) }));
        var expected = Simulator.Run(plan);
        Assert.Equal(["crash", "split"], expected.Recovery.Select(r => r.Name));
        Assert.Equal((8, 8), (expected.Recovery[1].Updates.Ended, expected.Recovery[1].Updates.Recovered));

        SameRun.Assert(expected, Simulator.Run(plan with { Partitions = 3, ForcePartitions = true }));
        using var saved = new MemoryStream();
        SameRun.Assert(expected, Simulator.Run(plan, new() { CheckpointAt = Seconds(33), CheckpointTo = saved }));
        saved.Position = 0;
        SameRun.Assert(expected, Simulator.Run(plan with { Partitions = 2 }, new() { ResumeFrom = saved }));
    }

    [Fact]
    public void A_server_is_back_with_the_first_update_that_it_makes_and_who_never_is_has_not_recovered()
    {
        var record = Simulator.Run(Plan(60, Crash(-1, 20.25, 6), Crash(3, 30, 29.5)));

        var next = record.UpdateLog.First(u => u.Time >= 26_250_000_000).Time;
        Assert.Equal((1, (next / 1e9) - 26.25), (record.Recovery[0].Updates.Recovered, record.Recovery[0].Updates.Longest));
        Assert.Equal(new(1, 0, 0, 0, 0), record.Recovery[1].Updates);
    }

    // Where one worker alone goes on, the model is drawn to that one's target, and must come back; the loss still fell
    // before, so that it matters from when.
    [Fact]
    public void The_loss_is_back_at_the_first_instant_at_which_it_is_what_it_was()
    {
        var record = Simulator.Run(Plan(
            300, new SplitFault(new() { Places = [0, 1, 2], At = Seconds(30), For = Seconds(80) })));

        var loss = record.Metric(MetricNames.Loss);
        var first = Enumerable.Range(110, 191).First(i => loss[i] <= loss[30]);
        Assert.InRange(first, 112, 290);
        Assert.NotEqual(first, Enumerable.Range(110, 191).First(i => loss[i] <= loss[21]));
        Assert.Equal(new(1, 1, first - 110, first - 110, first - 110), record.Recovery[0].Loss);
        Assert.Equal(3, record.Recovery[0].Updates.Ended);
    }

    [Fact]
    public void Rounds_over_arrays_count_too()
    {
        var plan = PlanOf(new DSgd(new() { Step = Step(0.1) }), QuadraticOf(Targets(6)), 60, Ring(6)) with
        {
            Faults = [Crash(2, 10.25, 0.25)],
            SampleEvery = Seconds(10),
        };

        var record = Simulator.Run(plan);
        SameRun.Assert(Simulator.Run(plan, SameRuns.OneByOne), record);
        Assert.InRange(record.Counts.Cohorts, 5, long.MaxValue);
        // It computes anew from 10.5 to 11.5 s, and its neighbours wait for it.
        Assert.Equal(new(1, 1, 1, 1, 1), record.Recovery[0].Updates);
    }
}
