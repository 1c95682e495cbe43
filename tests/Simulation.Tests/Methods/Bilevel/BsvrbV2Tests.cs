using AsyncOpt.Core.Methods.Bilevel;
using AsyncOpt.Core.Problems.Bilevel;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Simulation.Tests.Methods.Bilevel;

public class BsvrbV2Tests
{
    static StepSchedule Step(double value) => ConstantSchedule.Of(value);

    static StepSchedule LastOnly(int round) => new StepDecaySchedule(new() { Value = 1e-30, Factor = 1e30, Milestones = [round] });

    [Theory]
    [InlineData(Moves.All, null, 0.0)]
    [InlineData(Moves.All, 0.0, 0.7)]
    [InlineData(Moves.All, 1.0, 0.7)]
    [InlineData(Moves.Sampled, null, 0.7)]
    public void It_is_the_stated_algorithm(Moves moves, double? gamma, double radius)
    {
        const int m = 7, sampled = 3, batch = 2, rounds = 25;
        var problem = BilevelRuns.Built(new() { Dimension = 4, Lower = 3, Noise = 0.3, MatrixNoise = 0.1 }, m);
        var noting = new Noting(problem);
        var options = new BsvrbV2.Options
        {
            Step = BilevelRuns.Falling(0.1),
            LowerStep = BilevelRuns.Falling(0.05),
            MultiplierStep = Step(0.04),
            Tracking = Step(0.4),
            Momentum = BilevelRuns.Falling(0.5),
            Gamma = gamma,
            Radius = radius,
            Blocks = sampled,
            BatchSize = batch,
            Moves = moves,
        };

        var actual = BilevelRuns.Estimate(new BsvrbV2(options), noting, 1 + (2 * rounds) + 0.5);

        var expected = Loop(problem, options, noting.Rounds(sampled, rounds), m, sampled, batch);
        MethodPlans.AssertClose(expected, actual, 1e-11);
    }

    // Every block steps in every round; y and v of all rounds are kept, nothing is owed.
    static double[] Loop(QuadraticBilevel problem, BsvrbV2.Options o, int[][] samples, int m, int sampled, int batch)
    {
        double[][] Directions(int i, long number, double[] x, double[] y, double[] v) =>
            BilevelRuns.Evaluate(problem, BilevelOracles.Directions, i, number, batch, x, y, v);

        var (d, lower) = (problem.Parameters, problem.Lower);
        double[] x = new double[d], xBefore = new double[d], z = new double[d];
        var (y, v) = (new double[m][], new double[m][]);
        var (s, u) = (new double[m][], new double[m][]);
        for (var i = 0; i < m; i++)
        {
            (y[i], v[i]) = (new double[lower], new double[lower]);
            var first = Directions(i, 0, x, y[i], v[i]);
            (s[i], u[i]) = (first[0], first[1]);
        }
        var (yBefore, vBefore) = (Clone(y), Clone(v));
        var draws = new long[m];
        for (var t = 0; t < samples.Length; t++)
        {
            var (a, beta) = (o.Tracking.At(t), o.Momentum.At(t));
            var gamma = o.Gamma ?? ((m - sampled) / (sampled * (1 - a))) + (1 - a);
            double[] now = new double[d], before = new double[d];
            foreach (var i in samples[t])
            {
                draws[i]++;
                var p = Directions(i, draws[i], x, y[i], v[i]);
                var q = Directions(i, draws[i], xBefore, yBefore[i], vBefore[i]);
                for (var k = 0; k < lower; k++)
                {
                    s[i][k] = ((1 - a) * s[i][k]) + (a * p[0][k]) + (gamma * (p[0][k] - q[0][k]));
                    u[i][k] = ((1 - a) * u[i][k]) + (a * p[1][k]) + (gamma * (p[1][k] - q[1][k]));
                }
                MethodPlans.Axpy(1.0 / sampled, p[2], now);
                MethodPlans.Axpy(1.0 / sampled, q[2], before);
            }
            for (var k = 0; k < d; k++)
                z[k] = t == 0 ? now[k] : ((1 - beta) * (z[k] - before[k])) + now[k];
            xBefore = [.. x];
            MethodPlans.Axpy(-o.Step.At(t), z, x);
            (yBefore, vBefore) = (Clone(y), Clone(v));
            for (var i = 0; i < m; i++)
            {
                if (o.Moves == Moves.Sampled && !samples[t].Contains(i))
                    continue;
                MethodPlans.Axpy(-o.LowerStep.At(t), s[i], y[i]);
                MethodPlans.Axpy(-o.MultiplierStep!.At(t), u[i], v[i]);
                var norm = Math.Sqrt(v[i].Sum(c => c * c));
                if (o.Radius > 0 && norm > o.Radius)
                    v[i] = [.. v[i].Select(c => c * o.Radius / norm)];
            }
        }
        return x;
    }

    static double[][] Clone(double[][] rows) => [.. rows.Select(row => (double[])row.Clone())];

    [Fact]
    public void On_all_blocks_and_samples_it_ends_at_the_optimum()
    {
        var method = new BsvrbV2(new()
        {
            Step = Step(0.1), LowerStep = Step(0.2), Tracking = Step(0.3), Momentum = Step(0.3), BatchSize = 0,
        });

        Assert.Equal(BilevelRuns.ScalarOptimum,
            BilevelRuns.Estimate(method, BilevelRuns.Built(BilevelRuns.Scalar), 2000)[0], 1e-9);
        var ten = BilevelRuns.Built(BilevelRuns.TenBlocks(0));
        Assert.Equal(ten.Optimum!.Point[0], BilevelRuns.Estimate(method, ten, 2000)[0], 1e-5);
    }

    // x stays at 0 until the last round, in which it becomes minus the gradient, B^T v with B = I: so v can be read.
    [Theory]
    [InlineData(0)]
    [InlineData(0.8)]
    public void With_x_and_y_held_v_solves_its_system_or_ends_on_the_balls_boundary(double radius)
    {
        const int rounds = 400;
        var problem = BilevelRuns.Built(new()
        {
            Blocks = [new() { Curvature = [[2, 0.5], [0.5, 1]], Coupling = [[1, 0], [0, 1]], Target = [-1, -2] }],
        });
        var method = new BsvrbV2(new()
        {
            Step = LastOnly(rounds - 1), LowerStep = Step(0), MultiplierStep = Step(0.3), Radius = radius, BatchSize = 0,
        });

        var read = BilevelRuns.Estimate(method, problem, 1 + (2 * rounds) + 0.5);

        // H v = grad_y f = (1, 2) at y = 0: v = (0, 2), of norm 2.
        var v = read.Select(c => -c).ToArray();
        if (radius == 0)
            MethodPlans.AssertClose([0, 2], v, 1e-9);
        else
            Assert.Equal(radius, Math.Sqrt(v.Sum(c => c * c)), 1e-12);
    }

    [Fact]
    public void Blocks_are_sampled_without_replacement_and_equally_often()
    {
        const int m = 10, sampled = 3, rounds = 3000;
        var noting = new Noting(BilevelRuns.Built(BilevelRuns.TenBlocks(0)));
        BilevelRuns.Run(
            new BsvrbV2(new() { Step = Step(0.001), LowerStep = Step(0.01), Blocks = sampled }), noting, 1 + (2 * rounds) + 0.5);

        var samples = noting.Rounds(sampled, rounds);

        Assert.All(samples, s => Assert.Equal(sampled, s.Distinct().Count()));
        var counts = samples.SelectMany(s => s).GroupBy(i => i).ToDictionary(g => g.Key, g => g.Count());
        // 900 expected, standard deviation 25.
        Assert.All(Enumerable.Range(0, m), i => Assert.InRange(counts[i], 800, 1000));
        // Pairs, too: 3000 * 3 * 2 / 90 = 200.
        Assert.InRange(samples.Count(s => s.Contains(0) && s.Contains(9)), 140, 260);
    }

    [Fact]
    public void A_quorum_makes_it_asynchronous_stale_answers_count_and_fast_blocks_count_more_often()
    {
        var problem = BilevelRuns.Built(BilevelRuns.TenBlocks(0));
        BsvrbV2.Options Options(int quorum) => new()
        {
            Step = Step(0.02), LowerStep = Step(0.05), Gamma = 1, Blocks = 5, Quorum = quorum, BatchSize = 0,
        };
        RunRecord Run(int quorum, params double[] speeds)
        {
            var plan = MethodPlans.PlanOf(new BsvrbV2(Options(quorum)), problem, speeds.Length == 0 ? 4000 : 60_000)
                .WithDelay(0.25).WithJitter(0.1, 5);
            return Simulator.Run(speeds.Length == 0 ? plan : plan.WithSpeeds(speeds));
        }

        var (synchronous, asynchronous) = (Run(0), Run(2));

        Assert.All(Enumerable.Range(1, synchronous.Staleness.Counts.Length - 1),
            k => Assert.Equal(0, synchronous.Staleness.Counts[k]));
        Assert.True(asynchronous.Staleness.Counts.Skip(1).Sum() > 0.5 * asynchronous.Counts.Updates);
        Assert.True(asynchronous.Counts.Updates > 2.5 * synchronous.Counts.Updates);
        foreach (var record in (RunRecord[])[synchronous, asynchronous])
            Assert.Equal(problem.Optimum!.Point[0], record.Estimate[0], 0.02);

        // Idle blocks are sampled: those of even number, here slow, weigh less, and the optimum of the rest is elsewhere.
        double[] slow = [20, 1, 20, 1, 20, 1, 20, 1, 20, 1];
        Assert.Equal(problem.Optimum!.Point[0], Run(0, slow).Estimate[0], 0.02);
        Assert.True(Math.Abs(problem.Optimum!.Point[0] - Run(1, slow).Estimate[0]) > 0.05);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("duplicate")]
    [InlineData("crash")]
    public void Few_sampled_blocks_and_a_quorum_keep_the_contract(string faults)
    {
        var method = new BsvrbV2(new() { Step = Step(0.01), Gamma = 1, LowerStep = Step(0.05), Blocks = 4, Quorum = 2 });
        var plan = MethodPlans.PlanOf(method, BilevelRuns.Built(BilevelRuns.TenBlocks(0.1)), 60)
            .WithJitter(0.5, 1.5).WithDelay(0.1) with
        {
            Faults = faults switch
            {
                "duplicate" => [new Core.Faults.DuplicateFault(new() { Probability = 0.1 })],
                "crash" => [new Core.Faults.CrashFault(new() { Place = 3, At = Seconds(7.3), For = Seconds(5) }),
                    new Core.Faults.CrashFault(new() { Place = 6, At = Seconds(20.1), For = Seconds(1.2) })],
                _ => [],
            },
        };
        var reference = Simulator.Run(plan);

        Assert.Equal(Outcome.BudgetSpent, reference.Outcome);
        Assert.True(reference.Counts.Updates > 40, $"{reference.Counts.Updates} updates");
        foreach (var partitions in (int[])[2, 5])
            Assert.Equal(reference.Hash, Simulator.Run(plan with { Partitions = partitions, ForcePartitions = true }).Hash);
        Assert.InRange(reference.Estimate[0], -10, 10);
    }

    [Fact]
    public void Impossible_settings_are_named()
    {
        var context = new MethodContext(4, null, null, null, 0);
        IEnumerable<string> Errors(BsvrbV2.Options options) => new BsvrbV2(options).Errors(context);

        Assert.Empty(Errors(new() { Step = Step(0.1), Blocks = 2 }));
        Assert.Contains("5 of 4 blocks", Assert.Single(Errors(new() { Step = Step(0.1), Blocks = 5 })), StringComparison.Ordinal);
        Assert.Contains("quorum", Assert.Single(Errors(new() { Step = Step(0.1), Blocks = 2, Quorum = 3 })), StringComparison.Ordinal);
        Assert.Contains("infinite",
            Assert.Single(Errors(new() { Step = Step(0.1), Blocks = 2, Tracking = Step(1) })), StringComparison.Ordinal);
        Assert.Contains("beta", Assert.Single(Errors(new() { Step = Step(0.1), Momentum = Step(2) })), StringComparison.Ordinal);
    }
}
