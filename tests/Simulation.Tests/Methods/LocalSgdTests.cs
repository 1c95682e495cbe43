using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Methods.LocalTraining;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Runs;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests.Methods;

public class LocalSgdTests
{
    const int Steps = 5;
    const double Rate = 0.05, OuterRate = 0.7;

    static LocalSgd.Options Options(Optimizer? inner = null, Optimizer? outer = null) => new()
    {
        Inner = inner ?? new Sgd(),
        Rate = Step(Rate),
        Steps = Steps,
        Outer = outer ?? new Sgd(),
        OuterRate = Step(OuterRate),
    };

    static RunPlan Plan(LocalSgd.Options options, Problem problem, double time, params double[] perStep) =>
        PlanOf(new LocalSgd(options), problem, time) with
        {
            Compute = new(VirtualTime.Zero, VirtualTime.Zero, perStep) { PerStep = Seconds(1) },
            LogUpdates = true,
        };

    // DiLoCo, algorithm 1: the inner state of a worker goes on from round to round.
    static double[] Serial(Problem problem, Optimizer inner, Optimizer outer, int rounds, int[]? steps = null)
    {
        var (n, d) = (problem.Places, problem.Parameters);
        double[] x = new double[d], a = new double[d], b = new double[d];
        var states = Enumerable.Range(0, n).Select(_ => (new double[d], new double[d])).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            var mean = new double[d];
            for (var w = 0; w < n; w++)
            {
                double[] y = [.. x];
                var h = steps?[w] ?? Steps;
                for (var k = round * h; k < (round + 1) * h; k++)
                    inner.Step(new()
                    {
                        X = y,
                        Gradient = Gradient(problem, w, y, w, k),
                        State0 = states[w].Item1,
                        State1 = states[w].Item2,
                        Rate = Rate,
                        Number = k + 1,
                        Blocks = [],
                    });
                Axpy(1.0 / n, x, mean);
                Axpy(-1.0 / n, y, mean);
            }
            outer.Step(new()
            {
                X = x, Gradient = mean, State0 = a, State1 = b, Rate = OuterRate, Number = round + 1, Blocks = [],
            });
        }
        return x;
    }

    public static TheoryData<Optimizer, Optimizer> Pairs => new()
    {
        { new Sgd(), new Sgd() },
        { new AdamW(new()), new Nesterov(new()) }, // DiLoCo
        { new AdamW(new()), new Adam(new()) },
        { new Sgd(), new Momentum(new()) },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Is_the_serial_loop_over_rounds(Optimizer inner, Optimizer outer)
    {
        var problem = QuadraticOf(Targets(4), noise: 0.5);
        var record = Simulator.Run(Plan(Options(inner, outer), problem, (10 * Steps * 3.33) + 1, 0.58, 0.75, 1.51, 3.33));

        Assert.Equal(10 * 4, record.Counts.Updates);
        Assert.Equal(0, record.Staleness.Max);
        Assert.InRange(record.Counts.Gradients, 10 * 4 * Steps, (10 * 4 * Steps) + (3 * Steps)); // of the next round
        AssertClose(Serial(problem, inner, outer, 10), record.Estimate, 1e-12);
    }

    [Fact]
    public void Dynamic_steps_shorten_the_rounds()
    {
        var problem = QuadraticOf(Targets(4), noise: 0.5);
        var options = Options(new AdamW(new()), new Nesterov(new())) with { Steps = 50, DynamicSteps = true };
        var record = Simulator.Run(Plan(options, problem, 29.0 * 10.01, 0.58, 0.75, 1.51, 3.33));

        Assert.Equal(10 * (50 + 38 + 19 + 8), record.Counts.Gradients);
        AssertClose(
            Serial(problem, new AdamW(new()), new Nesterov(new()), 10, [50, 38, 19, 8]), record.Estimate, 1e-12);
    }

    /// <summary>One worker, outer steps of rate 1: the inner optimizer goes on as if there were no rounds.</summary>
    [Fact]
    public void One_worker_is_its_inner_optimizer()
    {
        var problem = QuadraticOf([[1.5, 0.25, -3]], noise: 0.5);
        var options = Options(new AdamW(new())) with { OuterRate = Step(1) };
        var record = Simulator.Run(Plan(options, problem, 100.5, 1));

        double[] x = [0, 0, 0], m = [0, 0, 0], v = [0, 0, 0];
        for (var k = 0; k < 100; k++)
            new AdamW(new()).Step(new()
            {
                X = x, Gradient = Gradient(problem, 0, x, 0, k), State0 = m, State1 = v, Rate = Rate, Number = k + 1,
                Blocks = [],
            });
        AssertClose(x, record.Estimate, 1e-13);
    }

    [Fact]
    public void With_one_plain_step_it_is_minibatch_sgd()
    {
        var problem = QuadraticOf(Targets(3), noise: 0.5);
        var options = Options() with { Steps = 1, OuterRate = Step(1) };
        var plan = Plan(options, problem, 50.5, 0.7, 0.8, 1);
        var minibatch = Simulator.Run(plan with { Method = new MinibatchSgd(new() { Step = Step(Rate) }) });

        AssertClose(minibatch.Estimate, Simulator.Run(plan).Estimate, 1e-13);
    }

    [Fact]
    public void Sampled_shards_are_a_permutation_in_every_round()
    {
        // Every step adds 1 to its shard's coordinate; the mean over 4 workers moves each by a quarter of its steps.
        var record = Simulator.Run(Plan(
            Options() with { Rate = Step(1), OuterRate = Step(1), Shards = ShardChoice.Sampled }, new CountingProblem(4),
            (8 * Steps) + 0.5, 1, 1, 1, 1));

        Assert.All(record.Estimate, x => Assert.Equal(8 * Steps / 4.0, x, 1e-12));
    }

    [Fact]
    public void Duplicates_change_nothing()
    {
        var problem = QuadraticOf(Targets(2), noise: 0.5);
        var plan = Plan(Options(new AdamW(new())), problem, 200.5, 1, 1.3).WithDelay(0.05);
        var plain = Simulator.Run(plan);
        var doubled = Simulator.Run(plan with { Faults = [new DuplicateFault(new() { Probability = 1 })] });

        Assert.True(doubled.Counts.Duplicated > 100);
        Assert.Equal(plain.Counts.Updates, doubled.Counts.Updates);
        Assert.Equal(plain.Estimate, doubled.Estimate);
    }

    [Fact]
    public void A_lost_message_ends_in_a_stall_that_names_it()
    {
        var plan = Plan(Options(), QuadraticOf(Targets(2)), 1000, 1, 1);
        var record = Simulator.Run(plan with { Faults = [new DropFault(new() { Probability = 0.1 })] });

        Assert.Equal(Outcome.Stalled, record.Outcome);
        Assert.Contains("lost at", record.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 12.3)] // in the middle of a job
    [InlineData(1, 10.12)] // while the job is on its way to it
    [InlineData(1, 10.05)] // while its answer is on its way
    [InlineData(-1, 12.3)]
    [InlineData(-1, 10.12)]
    public void A_crash_costs_time_but_no_round(int place, double at)
    {
        var problem = QuadraticOf(Targets(2), noise: 0.5);
        var plan = Plan(Options(new AdamW(new())), problem, 200.5, 1, 1).WithDelay(0.05);
        var record = Simulator.Run(plan with { Faults = [new CrashFault(new() { Place = place, At = Seconds(at), For = Seconds(4) })] });

        Assert.Equal(Outcome.BudgetSpent, record.Outcome);
        Assert.InRange(record.Counts.Updates, 2 * 36, 2 * 39); // 39 rounds without
        var rounds = (int)record.Counts.Updates / 2;
        AssertClose(Serial(problem, new AdamW(new()), new Sgd(), rounds), record.Estimate, 1e-12);
    }
}
