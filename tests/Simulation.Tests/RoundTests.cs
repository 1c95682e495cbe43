using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Problems.Shardings;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Simulation.Tests.Methods;
using AsyncOpt.Simulation.Tests.Support;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;
using static AsyncOpt.Simulation.Tests.Support.SameRuns;

namespace AsyncOpt.Simulation.Tests;

/// <summary>Rounds of agents in lockstep, held to the same agents handled one by one.</summary>
public class RoundTests
{
    static readonly Dictionary<string, Topology> Graphs = new()
    {
        ["ring"] = Ring(13),
        ["directed ring"] = Graph(new RingTopology(new() { Nodes = 6, Directed = true })),
        ["torus"] = Graph(new TorusTopology(new() { Rows = 4, Columns = 5 })),
        ["star"] = Graph(new StarTopology(new() { Nodes = 70 })),
        ["small world"] = Graph(new WattsStrogatzTopology(new() { Nodes = 24, Neighbours = 4, Rewiring = 0.3 })),
        ["random regular"] = Graph(new RandomRegularTopology(new() { Nodes = 40, Degree = 7 })),
        ["exponential"] = Graph(new ExponentialTopology(new() { Nodes = 16 })),
        ["complete"] = Complete(9),
        ["more than a block"] = Ring(3500),
    };

    static RunPlan Plan(
        string graph, DSgd.Order variant = DSgd.Order.Awc, double delay = 1, double time = 20.5, int batch = 1,
        Optimizer? optimizer = null, long? iterations = null, Problem? problem = null)
    {
        var topology = Graphs[graph];
        var method = new DSgd(new()
        {
            Step = ConstantSchedule.Of(0.125),
            Variant = variant,
            BatchSize = batch,
            Optimizer = optimizer ?? new Sgd(),
            Iterations = iterations,
        });
        return PlanOf(method, problem ?? Logistic(topology.Nodes), time, topology) is var plan && topology.IsSymmetric
            ? plan.WithDelay(delay)
            : (plan with { Mixing = new UniformMixing().Schedule(topology) }).WithDelay(delay);
    }

    static LogisticRegression Logistic(int places, int dimension = 5) => Built(
        new LogisticRegression(new()
        {
            Data = new SyntheticClassification(new() { SamplesPerPlace = 3, Dimension = dimension, Noise = 0.1 }),
            Sharding = new ByPlaceSharding(),
            Regularization = 0.01,
        }),
        places);

    public static TheoryData<string, DSgd.Order, double> Shapes()
    {
        var data = new TheoryData<string, DSgd.Order, double>();
        foreach (var graph in Graphs.Keys)
        {
            foreach (var variant in Enum.GetValues<DSgd.Order>())
            {
                // As long as a computation, shorter, longer, and none at all.
                foreach (var delay in (double[])[1, 0.25, 1.75, 0])
                    data.Add(graph, variant, delay);
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Rounds_change_no_bit(string graph, DSgd.Order variant, double delay) =>
        AssertSame(Plan(graph, variant, delay), roundsAtLeast: 10);

    // Gradients that pass by are computed again only where all vectors are looked at: at the start and at the end.
    [Theory]
    [MemberData(nameof(Shapes))]
    public void No_gradient_is_computed_twice(string graph, DSgd.Order variant, double delay)
    {
        var problem = new PlacesProblem(Graphs[graph].Nodes);
        var evaluations = AssertSame(Plan(graph, variant, delay, problem: problem), 10).Counts.Evaluations;
        Assert.InRange(problem.Shared + problem.Apart, evaluations, evaluations + (2 * problem.Places));
    }

    // Rows of vectors so long that a cache holds few of them, or none.
    [Theory]
    [InlineData(1_100)]
    [InlineData(3_000)]
    [InlineData(20_000)]
    public void Nor_do_they_with_long_vectors(int dimension)
    {
        var problem = QuadraticOf(Targets(13, dimension));
        foreach (var optimizer in (Optimizer[])[new Sgd(), new AdamW(new())])
            AssertSame(Plan("ring", time: 6.5, optimizer: optimizer, problem: problem), roundsAtLeast: 3);
        AssertSame(Plan("ring", time: 6.5, problem: problem) with { Threads = 2 }, roundsAtLeast: 3);
    }

    [Theory]
    [InlineData(Precision.Float32, 0)]
    [InlineData(Precision.Float32, 2)]
    [InlineData(Precision.Float64, 0)]
    [InlineData(Precision.Float64, 4)]
    public void Nor_do_they_with_other_widths_and_batches(Precision precision, int batch)
    {
        foreach (var dimension in (int[])[1, 4, 8, 22, 40])
        {
            var problem = Logistic(13, dimension);
            AssertSame(Plan("ring", batch: batch, problem: problem) with { Precision = precision }, 20);
        }
    }

    [Fact]
    public void Nor_with_optimizers_that_keep_states()
    {
        foreach (var optimizer in (Optimizer[])[new Momentum(new()), new Nesterov(new()), new AdamW(new())])
        {
            foreach (var variant in Enum.GetValues<DSgd.Order>())
                AssertSame(Plan("torus", variant, 0.5, optimizer: optimizer), 10);
        }
    }

    [Fact]
    public void Nor_with_noise_in_the_oracle_and_several_sampling_instants()
    {
        var plan = Plan("small world", problem: QuadraticOf(Targets(24), noise: 0.5));
        AssertSame(plan with { SampleEvery = Seconds(0.75) }, 20);
        AssertSame(plan with { SampleEvery = Seconds(0.75), Metrics = false, TimelineAgents = 0 }, 20);
        AssertSame(plan with { TimelineAgents = 24, TimelineSpans = 100 }, 20);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Nor_with_several_threads(int threads) =>
        AssertSame(Plan("more than a block") with { Threads = threads, TimelineAgents = 1500 }, 20);

    [Fact]
    public void A_run_of_so_many_iterations_ends_as_one_by_one()
    {
        foreach (var variant in Enum.GetValues<DSgd.Order>())
            Assert.Equal(Outcome.Completed, AssertSame(Plan("torus", variant, 0.5, iterations: 7), 7).Outcome);
    }

    /// <summary>Gradient tracking: two vectors in a message, mixed one after the other.</summary>
    static RunPlan Tracking(string graph, double delay, long? iterations = null, int batch = 1) =>
        Plan(graph, delay: delay) is var plan && plan.Mixing!.IsDoublyStochastic
            ? plan with
            {
                Method = new GradientTracking(new()
                {
                    Step = ConstantSchedule.Of(0.125), Iterations = iterations, BatchSize = batch,
                }),
            }
            : throw new ArgumentException(graph);

    [Theory]
    [InlineData("ring")]
    [InlineData("directed ring")]
    [InlineData("torus")]
    [InlineData("star")]
    [InlineData("small world")]
    [InlineData("random regular")]
    [InlineData("exponential")]
    [InlineData("more than a block")]
    public void Nor_with_two_vectors_in_a_message(string graph)
    {
        foreach (var delay in (double[])[1, 0.25, 0])
            AssertSame(Tracking(graph, delay), roundsAtLeast: 10);
        Assert.Equal(Outcome.Completed, AssertSame(Tracking(graph, 0.5, iterations: 5), 5).Outcome);
    }

    [Fact]
    public void Nor_with_these_on_several_threads_at_either_width_and_with_other_batches()
    {
        AssertSame(Tracking("more than a block", 1) with { Threads = 3, TimelineAgents = 1500 }, 10);
        foreach (var batch in (int[])[0, 3])
            AssertSame(Tracking("small world", 0.5, batch: batch) with { Precision = Precision.Float32 }, 10);
        AssertSame(Tracking("ring", 1) with { SampleEvery = Seconds(0.75) }, 10);
    }

    [Fact]
    public void Nor_do_a_crash_and_a_checkpoint_amid_these()
    {
        foreach (var at in (double[])[0.5, 1.1, 4, 4.25])
        {
            AssertSame(
                Tracking("torus", 0.25) with
                {
                    Faults = [new CrashFault(new() { Place = 3, At = Seconds(at), For = Seconds(2.25) })],
                },
                (long)(at / 1.25));
        }
        // While gradients are computed, and while messages are under way.
        foreach (var graph in (string[])["small world", "directed ring"])
        {
            foreach (var at in (double[])[0.1, 1.1, 3.9, 4.25])
            {
                var plan = Tracking(graph, 0.5);
                Assert.Equal(
                    Simulator.Run(plan).Counts.Cohorts,
                    SameRuns.AssertSameAfterCheckpoint(plan, at, roundsAtLeast: 10).Counts.Cohorts);
            }
        }
    }

    [Fact]
    public void A_value_that_is_not_finite_ends_the_run_as_one_by_one()
    {
        var targets = Targets(13);
        targets[8][1] = 1e308;
        targets[5][2] = -1e308;
        var plan = Plan("ring", problem: QuadraticOf(targets, curvature: 10)) with { SampleEvery = Seconds(1) };
        Assert.Equal(Outcome.Diverged, AssertSame(plan, 1).Outcome);
    }

    [Fact]
    public void A_crash_ends_the_rounds_and_changes_no_bit()
    {
        foreach (var variant in Enum.GetValues<DSgd.Order>())
        {
            foreach (var at in (double[])[0, 0.5, 4, 4.25])
            {
                var plan = Plan("torus", variant, 0.25) with
                {
                    Faults = [new CrashFault(new() { Place = 3, At = Seconds(at), For = Seconds(2.25) })],
                };
                AssertSame(plan, (long)at);
            }
        }
    }

    [Fact]
    public void Agents_that_are_not_alike_go_one_by_one()
    {
        var plan = Plan("ring");
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
        ];
        foreach (var other in others)
            Assert.Equal(0, AssertSame(other, 0).Counts.Cohorts);
    }

    [Fact]
    public void A_checkpoint_amid_rounds_is_that_of_one_by_one_and_rounds_go_on_after_it()
    {
        foreach (var graph in (string[])["small world", "ring", "directed ring"])
        {
            foreach (var variant in Enum.GetValues<DSgd.Order>())
            {
                foreach (var at in (double[])[0.1, 3, 3.1, 3.6, 4.25])
                    AssertSameAfterCheckpoint(Plan(graph, variant, 0.25), at);
                AssertSameAfterCheckpoint(Plan(graph, variant, 1.75, optimizer: new AdamW(new())), 5.5);
            }
        }
    }

    static void AssertSameAfterCheckpoint(RunPlan plan, double at) => Assert.Equal(
        Simulator.Run(plan).Counts.Cohorts,
        SameRuns.AssertSameAfterCheckpoint(plan, at, roundsAtLeast: 10).Counts.Cohorts);
}
