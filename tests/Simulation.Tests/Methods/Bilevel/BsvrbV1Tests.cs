using AsyncOpt.Core.Methods.Bilevel;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems.Bilevel;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Simulation.Tests.Methods.Bilevel;

public class BsvrbV1Tests
{
    static StepSchedule Step(double value) => ConstantSchedule.Of(value);

    [Theory]
    [InlineData(Moves.All, null)]
    [InlineData(Moves.All, 0.0)]
    [InlineData(Moves.Sampled, 1.0)]
    public void It_is_the_stated_algorithm(Moves moves, double? gamma)
    {
        const int m = 7, sampled = 3, batch = 2, rounds = 25;
        var problem = BilevelRuns.Built(new() { Dimension = 4, Lower = 3, Noise = 0.3, MatrixNoise = 0.1 }, m);
        var noting = new Noting(problem);
        var options = new BsvrbV1.Options
        {
            Step = BilevelRuns.Falling(0.1),
            LowerStep = BilevelRuns.Falling(0.05),
            Tracking = Step(0.4),
            Momentum = BilevelRuns.Falling(0.5),
            Gamma = gamma,
            Floor = 0.6, // raises some eigenvalues of most trackers
            Blocks = sampled,
            BatchSize = batch,
            Moves = moves,
        };

        var actual = BilevelRuns.Estimate(new BsvrbV1(options), noting, 1 + (2 * rounds) + 0.5);

        var expected = Loop(problem, options, noting.Rounds(sampled, rounds), m, sampled, batch);
        MethodPlans.AssertClose(expected, actual, 1e-11);
    }

    static double[] Loop(QuadraticBilevel problem, BsvrbV1.Options o, int[][] samples, int m, int sampled, int batch)
    {
        var (d, lower) = (problem.Parameters, problem.Lower);
        // The gradient made of its parts: grad_x f - J M^-1 grad_y f.
        (double[] S, double[] H, double[] G) At(int i, long number, double[] x, double[] y, double[] tracker)
        {
            var lowerPart = BilevelRuns.Evaluate(problem, BilevelOracles.Hessian, i, number, batch, x, y);
            var upper = BilevelRuns.Evaluate(problem, BilevelOracles.UpperGradients, i, number, batch, x, y);
            var v = new double[lower];
            SymmetricMatrix.Solve(tracker, upper[1], v);
            MethodPlans.Axpy(-1, BilevelRuns.Evaluate(problem, BilevelOracles.CrossProduct, i, number, batch, x, y, v)[0], upper[0]);
            return (lowerPart[0], lowerPart[1], upper[0]);
        }

        double[] x = new double[d], xBefore = new double[d], z = new double[d];
        var (y, s, h) = (new double[m][], new double[m][], new double[m][]);
        for (var i = 0; i < m; i++)
        {
            y[i] = new double[lower];
            var first = BilevelRuns.Evaluate(problem, BilevelOracles.Hessian, i, 0, batch, x, y[i]);
            (s[i], h[i]) = (first[0], first[1]);
            SymmetricMatrix.FloorEigenvalues(o.Floor, h[i]);
        }
        var (yBefore, hBefore) = (Clone(y), Clone(h));
        var draws = new long[m];
        for (var t = 0; t < samples.Length; t++)
        {
            var (a, beta) = (o.Tracking.At(t), o.Momentum.At(t));
            var gamma = o.Gamma ?? ((m - sampled) / (sampled * (1 - a))) + (1 - a);
            double[] now = new double[d], before = new double[d];
            var hNew = Clone(h);
            foreach (var i in samples[t])
            {
                draws[i]++;
                var p = At(i, draws[i], x, y[i], h[i]);
                var q = At(i, draws[i], xBefore, yBefore[i], hBefore[i]);
                for (var k = 0; k < lower; k++)
                    s[i][k] = ((1 - a) * s[i][k]) + (a * p.S[k]) + (gamma * (p.S[k] - q.S[k]));
                for (var k = 0; k < lower * lower; k++)
                    hNew[i][k] = ((1 - a) * h[i][k]) + (a * p.H[k]) + (gamma * (p.H[k] - q.H[k]));
                SymmetricMatrix.FloorEigenvalues(o.Floor, hNew[i]);
                MethodPlans.Axpy(1.0 / sampled, p.G, now);
                MethodPlans.Axpy(1.0 / sampled, q.G, before);
            }
            for (var k = 0; k < d; k++)
                z[k] = t == 0 ? now[k] : ((1 - beta) * (z[k] - before[k])) + now[k];
            xBefore = [.. x];
            MethodPlans.Axpy(-o.Step.At(t), z, x);
            (yBefore, hBefore, h) = (Clone(y), h, hNew);
            for (var i = 0; i < m; i++)
            {
                if (o.Moves == Moves.All || samples[t].Contains(i))
                    MethodPlans.Axpy(-o.LowerStep.At(t), s[i], y[i]);
            }
        }
        return x;
    }

    static double[][] Clone(double[][] rows) => [.. rows.Select(row => (double[])row.Clone())];

    [Fact]
    public void On_all_blocks_and_samples_it_ends_at_the_optimum()
    {
        var method = new BsvrbV1(new()
        {
            Step = Step(0.1), LowerStep = Step(0.2), Tracking = Step(0.3), Momentum = Step(0.3), BatchSize = 0,
        });

        Assert.Equal(BilevelRuns.ScalarOptimum,
            BilevelRuns.Estimate(method, BilevelRuns.Built(BilevelRuns.Scalar), 2000)[0], 1e-9);
        var ten = BilevelRuns.Built(BilevelRuns.TenBlocks(0));
        Assert.Equal(ten.Optimum!.Point[0], BilevelRuns.Estimate(method, ten, 2000)[0], 1e-5);
    }

    // With everything exact and the lower solutions fast beside x, both follow x' = -grad F; the rest falls with eta.
    [Fact]
    public void With_all_blocks_and_samples_both_follow_gradient_descent_on_the_objective()
    {
        var problem = BilevelRuns.Built(new() { Dimension = 3, Lower = 2 }, 4);
        double[] Descent(double eta, int rounds)
        {
            double[] x = new double[3], gradient = new double[3];
            for (var t = 0; t < rounds; t++)
            {
                problem.Objective(x, gradient);
                MethodPlans.Axpy(-eta, gradient, x);
            }
            return x;
        }
        double Distance(Method method, double eta, int rounds) => Descent(eta, rounds)
            .Zip(BilevelRuns.Estimate(method, problem, 1 + (2 * rounds) + 0.5), (a, b) => Math.Abs(a - b)).Max();
        double OfV1(double eta, int rounds) => Distance(new BsvrbV1(new()
        {
            Step = Step(eta), LowerStep = Step(0.8), Tracking = Step(1), Momentum = Step(1), BatchSize = 0, Floor = 0.1,
        }), eta, rounds);
        double OfV2(double eta, int rounds) => Distance(new BsvrbV2(new()
        {
            Step = Step(eta), LowerStep = Step(0.8), Tracking = Step(1), Momentum = Step(1), BatchSize = 0,
        }), eta, rounds);

        var (coarse1, fine1, coarse2, fine2) = (OfV1(0.02, 100), OfV1(0.005, 400), OfV2(0.02, 100), OfV2(0.005, 400));

        Assert.InRange(fine1, 1e-6, 0.01);
        Assert.InRange(fine2, 1e-6, 0.02);
        Assert.InRange(coarse1 / fine1, 3, 5);
        Assert.InRange(coarse2 / fine2, 3, 5);
    }

    // a = .3, I = 3 of m = 10: the theory's gamma is 4.03, which all blocks' moves along stale trackers do not bear at
    // tau = .3; with tau = .1, or a smaller gamma, they do.
    [Theory]
    [InlineData(1, 0.3, null, false)]
    [InlineData(2, 0.3, null, false)]
    [InlineData(1, 0.1, null, true)]
    [InlineData(2, 0.1, null, true)]
    [InlineData(1, 0.3, 1.0, true)]
    [InlineData(2, 0.3, 1.0, true)]
    [InlineData(1, 0.3, 0.0, true)]
    [InlineData(2, 0.3, 0.0, true)]
    public void The_theorys_gamma_needs_small_steps_of_y(int version, double tau, double? gamma, bool isStable)
    {
        var problem = BilevelRuns.Built(BilevelRuns.TenBlocks(0.3));
        Method method = version == 1
            ? new BsvrbV1(new()
            {
                Step = Step(0.02), LowerStep = Step(tau), Gamma = gamma, Tracking = Step(0.3), Momentum = Step(0.1),
                Blocks = 3, Floor = 0.5,
            })
            : new BsvrbV2(new()
            {
                Step = Step(0.02), LowerStep = Step(tau), Gamma = gamma, Tracking = Step(0.3), Momentum = Step(0.1),
                Blocks = 3, Radius = 10,
            });

        var record = BilevelRuns.Run(method, problem, 8000);

        var error = Math.Abs(record.Estimate[0] - problem.Optimum!.Point[0]);
        Assert.Equal(isStable, record.Outcome == Outcome.BudgetSpent && error < 0.5);
    }
}
