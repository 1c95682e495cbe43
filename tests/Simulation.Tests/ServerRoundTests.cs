using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Methods.LocalTraining;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Problems.Shardings;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Simulation.Tests.Methods;
using AsyncOpt.Simulation.Tests.Support;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;
using static AsyncOpt.Simulation.Tests.Support.SameRuns;

namespace AsyncOpt.Simulation.Tests;

/// <summary>Rounds of a server and workers in lockstep, held to the same agents handled one by one.</summary>
public class ServerRoundTests
{
    static readonly Method[] Methods =
    [
        new MinibatchSgd(new() { Step = ConstantSchedule.Of(0.125) }),
        new MinibatchSgd(new() { Step = ConstantSchedule.Of(0.125), BatchSize = 3, Optimizer = new AdamW(new()) }),
        new MinibatchSgd(new() { Step = ConstantSchedule.Of(0.125), BatchSize = 0 }),
        Local(new()
        {
            Rate = ConstantSchedule.Of(0.125),
            OuterRate = ConstantSchedule.Of(1),
        }),
        Local(new()
        {
            Rate = ConstantSchedule.Of(0.01),
            OuterRate = ConstantSchedule.Of(0.7),
            Inner = new AdamW(new()),
            Outer = new Nesterov(new()),
            Steps = 3,
            BatchSize = 2,
        }),
        Local(new()
        {
            Rate = ConstantSchedule.Of(0.125),
            OuterRate = ConstantSchedule.Of(1),
            Inner = new Momentum(new()),
            Steps = 1,
            BatchSize = 0,
        }),
    ];

    static LocalSgd Local(LocalSgd.Options options) => new(options);

    static Problem Logistic(int places, int dimension = 5) => Built(
        new LogisticRegression(new()
        {
            Data = new SyntheticClassification(new() { SamplesPerPlace = 4, Dimension = dimension, Noise = 0.1 }),
            Sharding = new ByPlaceSharding(),
            Regularization = 0.01,
        }),
        places);

    static RunPlan Plan(int method = 0, double delay = 0.25, double time = 30.5, Problem? problem = null) =>
        PlanOf(Methods[method], problem ?? Logistic(13), time).WithDelay(delay);

    public static TheoryData<int, double> Shapes()
    {
        var data = new TheoryData<int, double>();
        for (var method = 0; method < Methods.Length; method++)
        {
            foreach (var delay in (double[])[0.25, 0, 2])
                data.Add(method, delay);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Rounds_change_no_bit(int method, double delay) => AssertSame(Plan(method, delay), roundsAtLeast: 6);

    [Fact]
    public void Nor_do_they_with_other_widths_numbers_of_workers_and_dimensions()
    {
        for (var method = 0; method < Methods.Length; method++)
        {
            foreach (var (workers, dimension) in ((int, int)[])[(1, 1), (2, 4), (7, 8), (40, 22)])
            {
                foreach (var precision in (Precision[])[Precision.Float32, Precision.Float64])
                    AssertSame(Plan(method, problem: Logistic(workers, dimension)) with { Precision = precision }, 6);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Nor_with_several_threads(int threads)
    {
        for (var method = 0; method < Methods.Length; method++)
            AssertSame(Plan(method, problem: Logistic(1100)) with { Threads = threads, TimelineAgents = 800 }, 6);
    }

    [Fact]
    public void Nor_with_noise_in_the_oracle_and_several_sampling_instants()
    {
        for (var method = 0; method < Methods.Length; method++)
        {
            var plan = Plan(method, problem: QuadraticOf(Targets(24), noise: 0.5));
            AssertSame(plan with { SampleEvery = Seconds(0.75) }, 6);
            AssertSame(plan with { SampleEvery = Seconds(0.75), Metrics = false, TimelineAgents = 0 }, 6);
            AssertSame(plan with { TimelineAgents = 24, TimelineSpans = 100 }, 6);
            AssertSame(plan with { LogUpdates = true }, 6);
        }
    }

    [Fact]
    public void Nor_with_nets_and_long_vectors()
    {
        var net = Built(
            new MlpClassification(new()
            {
                Data = new SyntheticClassification(new() { SamplesPerPlace = 4, Dimension = 5, Noise = 0.1 }),
                Sharding = new ByPlaceSharding(),
                Hidden = [7],
            }),
            13);
        for (var method = 0; method < Methods.Length; method++)
        {
            foreach (var problem in (Problem[])[net, QuadraticOf(Targets(9, 20_000))])
                AssertSame(Plan(method, time: 9.5, problem: problem), 4);
        }
    }

    [Fact]
    public void A_form_of_rows_is_told_that_workers_share_the_model()
    {
        // Those that do not ask for whole shards, which may differ in size.
        foreach (var method in (int[])[0, 1, 3, 4])
        {
            var problem = new PlacesProblem(13);
            var record = AssertSame(Plan(method, problem: problem), 6);
            // The workers compute in one of a round's three waves.
            Assert.Equal((13 * (record.Counts.Cohorts / 3), 0), (problem.Shared, problem.Apart));
        }
    }

    [Fact]
    public void A_run_of_so_many_rounds_ends_as_one_by_one()
    {
        var method = new MinibatchSgd(new() { Step = ConstantSchedule.Of(0.125), Iterations = 7 });
        var plan = PlanOf(method, Logistic(13), 30).WithDelay(0.25);
        Assert.Equal(21, AssertSame(plan, 21).Counts.Cohorts);
    }

    [Fact]
    public void A_value_that_is_not_finite_ends_the_run_as_one_by_one()
    {
        var targets = Targets(13);
        targets[8][1] = 1e308;
        targets[5][2] = -1e308;
        for (var method = 0; method < Methods.Length; method++)
        {
            var plan = Plan(method, problem: QuadraticOf(targets, curvature: 10)) with { SampleEvery = Seconds(1) };
            Assert.Equal(Outcome.Diverged, AssertSame(plan, 1).Outcome);
        }
    }

    [Fact]
    public void A_crash_ends_the_rounds_and_changes_no_bit()
    {
        for (var method = 0; method < Methods.Length; method++)
        {
            foreach (var at in (double[])[0, 0.25, 0.5, 4, 4.3, 5.75])
            {
                var plan = Plan(method) with
                {
                    Faults = [new CrashFault(new() { Place = 3, At = Seconds(at), For = Seconds(2.25) })],
                };
                AssertSame(plan, (long)at);
            }
        }
    }

    [Fact]
    public void Workers_that_are_not_alike_go_one_by_one()
    {
        var plan = Plan();
        RunPlan[] others =
        [
            plan.WithSpeeds([1, 1, 1, 1, 1.5, 1, 1, 1, 1, 1, 1, 1, 1]),
            plan.WithJitter(0.5, 2),
            plan.WithDelay(new ShiftedExponential(new() { Shift = 0.1, Mean = 1 })),
            plan with { Links = new(new TableDelay((from, _) => from == 3 ? 0.5 : 1)) },
            plan with { Links = plan.Links with { Fifo = true } },
            plan with { Links = plan.Links with { SendRate = 100 } },
            plan with { Links = plan.Links with { Quantum = Seconds(1.5) } },
            plan with { Faults = [new DropFault(new() { Probability = 0.01 })] },
            plan with { Partitions = 2, ForcePartitions = true },
            plan with { Compute = plan.Compute with { PerSample = Seconds(0.01) }, Problem = QuadraticOf(Targets(13)) },
        ];
        foreach (var other in others[..^1])
            Assert.Equal(0, AssertSame(other, 0).Counts.Cohorts);
        AssertSame(others[^1], 6);
    }

    [Fact]
    public void Shards_that_a_draw_decides_go_one_by_one()
    {
        var method = Local(new()
        {
            Rate = ConstantSchedule.Of(0.125),
            OuterRate = ConstantSchedule.Of(1),
            Shards = ShardChoice.Sampled,
        });
        Assert.Equal(0, AssertSame(PlanOf(method, Logistic(5), 60).WithDelay(0.25), 0).Counts.Cohorts);
    }

    [Fact]
    public void A_checkpoint_amid_rounds_is_that_of_one_by_one_and_rounds_go_on_after_it()
    {
        for (var method = 0; method < Methods.Length; method++)
        {
            foreach (var at in (double[])[0.1, 1, 1.4, 9, 9.3, 10.6])
            {
                var through = SameRuns.AssertSameAfterCheckpoint(Plan(method), at, roundsAtLeast: 3);
                Assert.InRange(through.Counts.Cohorts, 3, long.MaxValue);
            }
        }
    }
}
