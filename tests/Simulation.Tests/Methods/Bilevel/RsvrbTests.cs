using AsyncOpt.Core.Methods.Bilevel;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems.Bilevel;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Simulation.Tests.Methods.Bilevel;

public class RsvrbTests
{
    static StepSchedule Step(double value) => ConstantSchedule.Of(value);

    // m = 2, I = 1 and one parameter: the second sample is told apart by what x does.
    [Fact]
    public void It_is_the_stated_algorithm()
    {
        const int m = 2, rounds = 12, batch = 2;
        var problem = BilevelRuns.Built(new() { Dimension = 2, Lower = 2, Noise = 0.2, MatrixNoise = 0.1 }, m);
        var options = new Rsvrb.Options
        {
            Step = Step(0.05), LowerStep = Step(0.1), Momentum = Step(0.4), Floor = 0.3, BatchSize = batch,
        };

        // With all blocks sampled both samples are all blocks, and m/I = 1.
        var actual = BilevelRuns.Estimate(new Rsvrb(options), problem, 3 + (6 * rounds) + 0.5);

        double[] x = new double[2], xBefore = new double[2], z = new double[2];
        var y = new double[m][];
        var q = new double[m][][];
        for (var i = 0; i < m; i++)
        {
            y[i] = new double[2];
            q[i] = Seen(problem, i, 0, batch, x, y[i]);
        }
        var yBefore = y.Select(row => (double[])row.Clone()).ToArray();
        for (var t = 0; t < rounds; t++)
        {
            double[] now = new double[2], before = new double[2];
            for (var i = 0; i < m; i++)
            {
                MethodPlans.Axpy(1.0 / m, Hypergradient(q[i], 0.3), before);
                var (p, old) = (Seen(problem, i, t + 1, batch, x, y[i]), Seen(problem, i, t + 1, batch, xBefore, yBefore[i]));
                for (var part = 0; part < 5; part++)
                {
                    for (var k = 0; k < p[part].Length; k++)
                        q[i][part][k] = (0.6 * (q[i][part][k] - old[part][k])) + p[part][k];
                }
                MethodPlans.Axpy(1.0 / m, Hypergradient(q[i], 0.3), now);
                yBefore[i] = [.. y[i]];
                MethodPlans.Axpy(-0.1, q[i][0], y[i]);
            }
            // In the first round the share is now - .6 before, over beta.
            for (var k = 0; k < 2; k++)
                z[k] = t == 0 ? (now[k] - (0.6 * before[k])) / 0.4 : (0.6 * (z[k] - before[k])) + now[k];
            xBefore = [.. x];
            MethodPlans.Axpy(-0.05, z, x);
        }
        MethodPlans.AssertClose(x, actual, 1e-11);
    }

    static double[][] Seen(QuadraticBilevel problem, int i, long number, int batch, double[] x, double[] y)
    {
        var g = BilevelRuns.Evaluate(problem, BilevelOracles.LowerGradient, i, number, batch, x, y)[0];
        var f = BilevelRuns.Evaluate(problem, BilevelOracles.UpperGradients, i, number, batch, x, y);
        var matrices = BilevelRuns.Evaluate(problem, BilevelOracles.Matrices, i, number, batch, x, y);
        return [g, f[0], f[1], matrices[0], matrices[1]];
    }

    static double[] Hypergradient(double[][] q, double floor)
    {
        var (h, v) = ((double[])q[3].Clone(), new double[2]);
        SymmetricMatrix.FloorEigenvalues(floor, h);
        SymmetricMatrix.Solve(h, q[2], v);
        return [.. Enumerable.Range(0, 2).Select(r => q[1][r] - (q[4][2 * r] * v[0]) - (q[4][(2 * r) + 1] * v[1]))];
    }

    [Fact]
    public void On_all_blocks_and_samples_it_ends_at_the_optimum()
    {
        var method = new Rsvrb(new()
        {
            Step = Step(0.1), LowerStep = Step(0.2), Momentum = Step(0.3), BatchSize = 0,
        });

        Assert.Equal(BilevelRuns.ScalarOptimum,
            BilevelRuns.Estimate(method, BilevelRuns.Built(BilevelRuns.Scalar), 6000)[0], 1e-9);
    }

    [Fact]
    public void It_has_no_quorum()
    {
        var errors = new Rsvrb(new() { Step = Step(0.1), Quorum = 1 }).Errors(new MethodContext(4, null, null, null, 0));

        Assert.Contains("synchronous", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Few_sampled_blocks_keep_the_contract_through_crashes()
    {
        var method = new Rsvrb(new() { Step = Step(0.001), LowerStep = Step(0.02), Blocks = 3, Floor = 0.5 });
        var plan = MethodPlans.PlanOf(method, BilevelRuns.Built(BilevelRuns.TenBlocks(0.1)), 200)
            .WithJitter(0.5, 1.5).WithDelay(0.1) with
        {
            Faults = [new Core.Faults.CrashFault(new() { Place = 3, At = Seconds(27.3), For = Seconds(5) }),
                new Core.Faults.CrashFault(new() { Place = 6, At = Seconds(60.1), For = Seconds(1.2) })],
        };
        var reference = Simulator.Run(plan);

        Assert.Equal(Core.Runs.Outcome.BudgetSpent, reference.Outcome);
        Assert.True(reference.Counts.Updates > 10, $"{reference.Counts.Updates} updates");
        Assert.Equal(reference.Hash, Simulator.Run(plan with { Partitions = 3, ForcePartitions = true }).Hash);
        Assert.True(double.IsFinite(reference.Estimate[0]));
    }
}
