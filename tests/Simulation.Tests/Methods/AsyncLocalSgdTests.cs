using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Methods.LocalTraining;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Tests.Methods.LocalTraining;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests.Methods;

public class AsyncLocalSgdTests
{
    // Seconds per step of the published toy example.
    static readonly double[] Published = [0.58, 0.75, 1.51, 3.33];

    const double Rate = 0.05;

    static AsyncLocalSgd.Options Options(int steps, double outer = 1) => new()
    {
        Rate = Step(Rate),
        Steps = steps,
        OuterRate = Step(outer),
        Shards = ShardChoice.Own,
    };

    static RunPlan Plan(AsyncLocalSgd.Options options, Problem problem, double time, params double[] perStep) =>
        PlanOf(new AsyncLocalSgd(options), problem, time) with
        {
            Compute = new(VirtualTime.Zero, VirtualTime.Zero, perStep) { PerStep = Seconds(1) },
            LogUpdates = true,
        };

    static AsyncLocalSgd.GraceOptions Grace(double time, AsyncLocalSgd.GraceMode mode = default) =>
        new() { Time = Seconds(time), Mode = mode };

    /// <summary>The times that the published scheduler prints, and what an independent simulation of it gives.</summary>
    [Theory]
    [InlineData(ShardChoice.Own)]
    [InlineData(ShardChoice.Sampled)]
    public void Windows_are_those_of_the_published_scheduler(ShardChoice shards)
    {
        var problem = QuadraticOf(Targets(4));
        var record = Simulator.Run(Plan(
            Options(20, 0.1) with { Grace = Grace(0.5), Shards = shards }, problem, 2000, Published));
        var log = record.UpdateLog;

        double[] times = [209.0, 406.4, 603.8, 801.4, 999.0, 1207.8, 1404.2, 1600.6, 1800.2, 1998.6];
        Assert.Equal(400, log.Count);
        for (var i = 0; i < times.Length; i++)
            Assert.Equal(times[i], log[(40 * i) + 39].Time / 1e9, 1e-6);
        Assert.Equal([172, 132, 66, 30], [.. Enumerable.Range(1, 4).Select(agent => log.Count(u => u.Agent == agent))]);
        Assert.Equal(2.75, record.Staleness.Mean, 0.005);
        Assert.Equal(14, record.Staleness.Max);
        Assert.Equal([0, 1, 0, 1, 2, 0, 1, 0, 0, 1, 2, 3], [.. log.Take(12).Select(u => u.Agent - 1)]);
        Assert.Equal([0, 1, 1, 1, 4, 2, 1, 1, 0, 2, 5, 11], [.. log.Take(12).Select(u => u.Staleness)]);
    }

    [Fact]
    public void A_long_grace_and_dynamic_steps_bring_all_workers_into_one_window()
    {
        var problem = QuadraticOf(Targets(4));
        var record = Simulator.Run(Plan(
            Options(50, 0.1) with { Grace = Grace(2.4), DynamicSteps = true }, problem, 29.0 * 10.01, Published));

        Assert.Equal(40, record.UpdateLog.Count);
        for (var i = 0; i < 40; i++)
            Assert.Equal(i % 4, record.UpdateLog[i].Staleness);
        Assert.Equal(29.0 * 10, record.UpdateLog[39].Time / 1e9, 1e-6); // closed when the last one came
        Assert.Equal(10 * (50 + 38 + 19 + 8), record.Counts.Gradients);
    }

    [Fact]
    public void Without_announced_times_every_window_lasts_to_its_end()
    {
        // The worker is done at 2, 2 + 2.3, ...: the server cannot know that no other will come.
        var problem = QuadraticOf(Targets(1));
        var record = Simulator.Run(Plan(
            Options(2) with { Grace = Grace(0.3, AsyncLocalSgd.GraceMode.Timer) }, problem, 10, 1));

        Assert.Equal([2, 4.3, 6.6, 8.9], [.. record.UpdateLog.Select(u => u.Time / 1e9)]);
    }

    [Theory]
    [InlineData(AsyncLocalSgd.GraceMode.Timer)]
    [InlineData(AsyncLocalSgd.GraceMode.Announced)]
    public void An_answer_at_the_very_end_belongs_to_the_window(AsyncLocalSgd.GraceMode mode)
    {
        var problem = QuadraticOf(Targets(2));
        var record = Simulator.Run(Plan(Options(1) with { Grace = Grace(0.5, mode) }, problem, 1.6, 1, 1.5));

        Assert.Equal([(1.0, 0L), (1.5, 1L)], [.. record.UpdateLog.Select(u => (u.Time / 1e9, u.Staleness))]);
        var next = Simulator.Run(Plan(Options(1) with { Grace = Grace(0.5, mode) }, problem, 2.6, 1, 1.5)).UpdateLog[2];
        Assert.Equal((2.5, 0L), (next.Time / 1e9, next.Staleness)); // both started again at 1.5 from the same model
    }

    public static TheoryData<string> Servers =>
        ["immediate", "momentum", "buffer", "polynomial", "threshold", "mixing", "hinge", "weight",
            "delay-compensation", "dc-asgd-a", "windows"];

    [Theory]
    [MemberData(nameof(Servers))]
    public void Is_the_serial_loop(string server)
    {
        const int updates = 60;
        double[] perStep = [0.58, 0.75, 1.51, 3.37];
        var problem = QuadraticOf(Targets(4, 3), noise: 0.5);
        var (options, reference) = Case(server);
        var grace = server == "windows" ? 4.0 : 0;
        var (model, arrivals) =
            new SerialLocalTraining(problem, perStep, [5, 5, 5, 5], Rate, grace).Run(updates, reference);
        var end = (arrivals[^1].Time / 1e9) + 1e-6;
        var record = Simulator.Run(Plan(options with { Grace = Grace(grace) }, problem, end, perStep));

        var counted = server == "threshold" ? arrivals.Where(a => a.Staleness <= 2).ToList() : arrivals;
        Assert.Equal(
            [.. counted.Select(a => (a.Time, a.Worker, a.Staleness))],
            [.. record.UpdateLog.Select(u => (u.Time, u.Agent - 1, u.Staleness))]);
        AssertClose(model, record.Estimate, 1e-11);
    }

    static (AsyncLocalSgd.Options Options, SerialLocalTraining.Server Server) Case(string name)
    {
        const int d = 3;
        double[] u = new double[d], s = new double[d];
        var count = 0;
        SerialLocalTraining.Server Weighed(double rate, Func<long, double> weight) => (x, then, y, staleness) =>
        {
            for (var i = 0; i < d; i++)
                x[i] -= rate * weight(staleness) * (then[i] - y[i]);
            return weight(staleness) > 0;
        };
        return name switch
        {
            "immediate" => (Options(5, 0.3), Weighed(0.3, _ => 1)),
            "windows" => (Options(5, 0.3), Weighed(0.3, _ => 1)),
            "weight" => (Options(5, 0.3) with { Weight = 0.5 }, Weighed(0.3, _ => 0.5)),
            "momentum" => (Options(5, 0.1) with { Outer = new Momentum(new()) }, (x, then, y, _) =>
            {
                for (var i = 0; i < d; i++)
                    x[i] -= 0.1 * (u[i] = (0.9 * u[i]) + then[i] - y[i]);
                return true;
            }
            ),
            "buffer" => (Options(5, 0.7) with { Server = new BufferRule(new() { Size = 3 }) }, (x, then, y, _) =>
            {
                for (var i = 0; i < d; i++)
                    u[i] += then[i] - y[i];
                if (++count % 3 != 0)
                    return false;
                for (var i = 0; i < d; i++)
                    x[i] -= 0.7 * u[i] / 3;
                Array.Clear(u);
                return true;
            }
            ),
            "polynomial" => (
                Options(5, 0.3) with { Staleness = new PolynomialStaleness(new()), Weight = 0.5 },
                Weighed(0.3, staleness => 0.5 / Math.Sqrt(1 + staleness))),
            "threshold" => (
                Options(5, 0.3) with { Staleness = new PolynomialStaleness(new() { Power = 1, Threshold = 2 }) },
                Weighed(0.3, staleness => staleness > 2 ? 0 : 1.0 / (1 + staleness))),
            "hinge" => (
                Options(5, 0.3) with { Staleness = new HingeStaleness(new() { Threshold = 1, Slope = 2 }) },
                Weighed(0.3, staleness => staleness <= 1 ? 1 : 1 / (1 + (2.0 * (staleness - 1))))),
            "mixing" => (
                Options(5, 0.6) with { Server = new MixingRule(), Staleness = new PolynomialStaleness(new()) },
                (x, _, y, staleness) =>
                {
                    var a = 0.6 / Math.Sqrt(1 + staleness);
                    for (var i = 0; i < d; i++)
                        x[i] = ((1 - a) * x[i]) + (a * y[i]);
                    return true;
                }
            ),
            "delay-compensation" => (
                Options(5, 0.3) with { Staleness = new DelayCompensation(new() { Lambda = 0.4 }) },
                (x, then, y, _) =>
                {
                    for (var i = 0; i < d; i++)
                    {
                        var g = then[i] - y[i];
                        x[i] -= 0.3 * (g + (0.4 * g * g * (x[i] - then[i])));
                    }
                    return true;
                }
            ),
            _ => (
                Options(5, 0.3) with { Staleness = new DelayCompensation(new() { Lambda = 2, Adaptive = true }) },
                (x, then, y, _) =>
                {
                    for (var i = 0; i < d; i++)
                    {
                        var g = then[i] - y[i];
                        s[i] = (0.95 * s[i]) + (0.05 * g * g);
                        x[i] -= 0.3 * (g + (2 / Math.Sqrt(s[i] + 1e-7) * g * g * (x[i] - then[i])));
                    }
                    return true;
                }
            ),
        };
    }

    /// <summary>Without end of grace a buffer of all workers is a round: the same bits as the synchronous method.</summary>
    [Fact]
    public void With_endless_grace_and_a_full_buffer_it_is_synchronous()
    {
        var problem = QuadraticOf(Targets(4), noise: 0.5);
        var (inner, outer) = (new AdamW(new()), new Nesterov(new()));
        var plan = Plan(
            Options(5, 0.7) with
            {
                Inner = inner,
                Outer = outer,
                Server = new BufferRule(new()),
                Grace = Grace(1e9),
            },
            problem, 200, Published);
        var synchronous = new LocalSgd(new()
        {
            Inner = inner,
            Outer = outer,
            Rate = Step(Rate),
            Steps = 5,
            OuterRate = Step(0.7),
        });

        var (expected, actual) = (Simulator.Run(plan with { Method = synchronous }), Simulator.Run(plan));

        Assert.Equal(12 * 4, expected.Counts.Updates);
        Assert.Equal(expected.Estimate, actual.Estimate);
        Assert.Equal(expected.UpdateLog, actual.UpdateLog);
        Assert.Equal(0, actual.Staleness.Max);
    }

    /// <summary>Equal workers, delayed Nesterov over all of them, no c: synchronous training but for rounding.</summary>
    [Fact]
    public void With_equal_workers_delayed_nesterov_is_synchronous()
    {
        var problem = QuadraticOf(Targets(4), noise: 0.5);
        var plan = Plan(
            Options(5, 0.7) with { Outer = new Nesterov(new()), Server = new DelayedNesterovRule(new()) },
            problem, 100.5, 1, 1, 1, 1);
        var synchronous = new LocalSgd(new()
        {
            Outer = new Nesterov(new()),
            Rate = Step(Rate),
            Steps = 5,
            OuterRate = Step(0.7),
        });

        var (expected, actual) = (Simulator.Run(plan with { Method = synchronous }), Simulator.Run(plan));

        Assert.Equal(80, actual.Counts.Updates);
        AssertClose(expected.Estimate, actual.Estimate, 1e-13);
        Assert.NotEqual(0, expected.Estimate[0], 1e-3);
    }

    /// <summary>One worker, one plain step per job, plain outer steps of rate 1: serial SGD.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)] // the worker's model is taken over as it is, whatever rounding does to x - (x - y)
    public void One_worker_with_one_step_is_serial_sgd(bool mixing)
    {
        var problem = QuadraticOf([[1.5, 0.25, -3]], noise: mixing ? 1 : 0);
        var options = Options(1) with { Server = mixing ? new MixingRule() : new ImmediateRule() };
        var record = Simulator.Run(Plan(options, problem, 50.5, 1));

        var x = new double[3];
        for (var k = 0; k < 50; k++)
            Axpy(-Rate, Gradient(problem, 0, x, 0, k), x);
        Assert.Equal(50, record.Counts.Updates);
        Assert.Equal(x, record.Estimate);
    }

    /// <summary>With single plain steps it is asynchronous SGD with step rate times outer rate.</summary>
    [Fact]
    public void With_one_step_it_is_async_sgd()
    {
        var problem = QuadraticOf(Targets(3));
        var plan = Plan(Options(1, 0.5), problem, 100, 0.587, 0.751, 1.513); // no two end at once
        var sgd = Simulator.Run(plan with { Method = new AsyncSgd(new() { Step = Step(0.5 * Rate) }) });
        var local = Simulator.Run(plan);

        Assert.Equal(sgd.Counts.Updates, local.Counts.Updates);
        Assert.Equal(sgd.Staleness.Counts, local.Staleness.Counts);
        AssertClose(sgd.Estimate, local.Estimate, 1e-12);
    }

    [Theory]
    [InlineData(ShardChoice.Sampled)]
    [InlineData(ShardChoice.FewestVisits)]
    public void Shards_are_used_evenly_however_unequal_the_workers(ShardChoice choice)
    {
        // Every step adds 1 to the coordinate of its shard.
        var problem = new CountingProblem(4);
        var options = Options(10) with { Rate = Step(1), Shards = choice };
        var record = Simulator.Run(Plan(options, problem, 500, Published));

        Assert.Equal(10 * record.Counts.Updates, record.Estimate.Sum());
        var least = record.Estimate.Min();
        Assert.True(least > 200, $"only {least}");
        Assert.All(record.Estimate, steps => Assert.InRange(steps - least, 0, 40)); // jobs that are running

        var own = Simulator.Run(Plan(options with { Shards = ShardChoice.Own }, problem, 500, Published));
        Assert.True(own.Estimate.Max() > 4 * own.Estimate.Min());
    }

    [Fact]
    public void A_lost_message_stops_no_other_worker()
    {
        var problem = QuadraticOf(Targets(4));
        var plan = Plan(Options(5, 0.1) with { Grace = Grace(2) }, problem, 1000, 1, 1.1, 1.2, 1.3);
        var record = Simulator.Run(plan with { Faults = [new OneLost(record: 20)] });

        Assert.Equal(1, record.Counts.Lost);
        // The others go on at their pace: a job and at most the grace.
        Assert.InRange(record.Counts.Updates, 3 * 1000 / (1.3 * 5 + 2), 3 * 1000 / 5.0);
        Assert.Equal(Outcome.BudgetSpent, record.Outcome);
    }

    [Fact]
    public void Duplicates_change_nothing()
    {
        var problem = QuadraticOf(Targets(4), noise: 0.5);
        var plan = Plan(Options(5, 0.1) with { Inner = new AdamW(new()) }, problem, 200.5, 0.581, 0.757, 1.513, 3.337).WithDelay(0.05);
        var plain = Simulator.Run(plan);
        var doubled = Simulator.Run(plan with { Faults = [new DuplicateFault(new() { Probability = 1 })] });

        Assert.True(doubled.Counts.Duplicated > 100);
        Assert.Equal(plain.Estimate, doubled.Estimate);
        Assert.Equal(plain.Counts.Updates, doubled.Counts.Updates);
    }

    [Theory]
    [InlineData(1, 10.3)]
    [InlineData(1, 10.02)]
    [InlineData(-1, 10.3)]
    public void A_crash_takes_nobody_out_for_good(int place, double at)
    {
        var problem = QuadraticOf(Targets(2));
        var plan = Plan(Options(5, 0.1), problem, 200.5, 1, 1.2).WithDelay(0.05);
        var record = Simulator.Run(plan with { Faults = [new CrashFault(new() { Place = place, At = Seconds(at), For = Seconds(4) })] });

        var without = Simulator.Run(plan).Counts.Updates;
        Assert.InRange(record.Counts.Updates, without - 5, without - 1);
        Assert.True(record.UpdateLog.Max(u => u.Time) > 190e9);
        Assert.All((int[])[1, 2], agent => Assert.Contains(record.UpdateLog, u => u.Agent == agent && u.Time > 180e9));
    }

    /// <summary>All optional pieces at once, in the way of the contract suite.</summary>
    [Theory]
    [InlineData(Precision.Float64)]
    [InlineData(Precision.Float32)]
    public void Has_the_same_bits_however_it_is_run(Precision precision)
    {
        var options = Options(5, 0.1) with
        {
            Inner = new AdamW(new()),
            Outer = new Nesterov(new()),
            Server = new DelayedNesterovRule(new() { C = 0.1 }),
            Staleness = new DelayCompensation(new() { Adaptive = true, Lambda = 2 }),
            Shards = ShardChoice.Sampled,
            DynamicSteps = true,
            Grace = Grace(2),
            Weight = 0.5,
        };
        var plan = Plan(options, QuadraticOf(Targets(5), noise: 0.5), 300.5, 0.6, 0.8, 1.1, 1.5, 3).WithDelay(0.1)
            .WithJitter(0.8, 1.2) with
        {
            Precision = precision,
            Faults = [new CrashFault(new() { Place = 1, At = Seconds(50), For = Seconds(9) })],
        };
        var reference = Simulator.Run(plan);

        Assert.Equal(
            reference.Hash, Simulator.Run(plan with { Partitions = 3, ForcePartitions = true, Threads = 2 }).Hash);
        using var file = new MemoryStream();
        Simulator.Run(plan, new RunHooks { CheckpointAt = Seconds(120), CheckpointTo = file });
        file.Position = 0;
        Assert.Equal(reference.Hash, Simulator.Run(plan, new RunHooks { ResumeFrom = file }).Hash);
        Assert.True(reference.Staleness.Max > 0);
    }

    [Fact]
    public void Events_allocate_nothing_once_pools_are_filled()
    {
        var options = Options(5, 0.1) with
        {
            Inner = new AdamW(new()),
            Outer = new Nesterov(new()),
            Server = new BufferRule(new()),
            Staleness = new DelayCompensation(new()),
            Shards = ShardChoice.FewestVisits,
            Grace = Grace(2),
        };
        var plan = Plan(options, QuadraticOf(Targets(4), noise: 0.5), 1, Published) with
        {
            Metrics = false,
            TimelineAgents = 0,
            LogUpdates = false,
        };
        long Cost(double time)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Simulator.Run(plan with { SampleEvery = Seconds(time), Stop = new StopRules { Time = Seconds(time) } });
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Cost(100);

        var (once, manifold) = (Cost(100), Cost(20_000)); // some 10,000 updates more
        Assert.True(manifold - once < 65_536, $"{manifold - once} bytes");
    }

    /// <summary>Loses one message of a worker for good.</summary>
    sealed class OneLost(int record) : Fault
    {
        int _seen;

        public override bool JudgesMessages => true;

        public override Verdict Judge(in Core.Links.MessageContext message, in Core.Numerics.Draw draw) =>
            message.From == 0 && ++_seen == record ? Verdict.Drop : Verdict.Pass;
    }
}
