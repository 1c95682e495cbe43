using AsyncOpt.Core.Methods.Bilevel;
using AsyncOpt.Core.Problems.Bilevel;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Simulation.Tests.Methods.Bilevel;

public class SobaTests
{
    static StepSchedule Step(double value) => ConstantSchedule.Of(value);

    [Fact]
    public void Three_steps_from_the_same_point()
    {
        const int m = 4, rounds = 20;
        var problem = BilevelRuns.Built(new() { Dimension = 3, Lower = 2, Noise = 0.2, MatrixNoise = 0.1 }, m);
        var method = new Soba(new()
        {
            Step = BilevelRuns.Falling(0.3), LowerStep = Step(0.2), MultiplierStep = Step(0.1), BatchSize = 3,
        });

        var actual = BilevelRuns.Estimate(method, problem, 1 + rounds + 0.5);

        var x = new double[3];
        var (y, v) = (new double[m][], new double[m][]);
        for (var i = 0; i < m; i++)
            (y[i], v[i]) = (new double[2], new double[2]);
        for (var t = 0; t < rounds; t++)
        {
            var direction = new double[3];
            for (var i = 0; i < m; i++)
            {
                var p = BilevelRuns.Evaluate(problem, BilevelOracles.Directions, i, t + 1, 3, x, y[i], v[i]);
                MethodPlans.Axpy(-0.2, p[0], y[i]);
                MethodPlans.Axpy(-0.1, p[1], v[i]);
                MethodPlans.Axpy(1.0 / m, p[2], direction);
            }
            MethodPlans.Axpy(-BilevelRuns.Falling(0.3).At(t), direction, x);
        }
        MethodPlans.AssertClose(x, actual, 1e-12);
    }

    [Fact]
    public void Exact_directions_lead_to_the_optimum()
    {
        var method = new Soba(new() { Step = Step(0.2), LowerStep = Step(0.3), BatchSize = 0 });

        Assert.Equal(BilevelRuns.ScalarOptimum,
            BilevelRuns.Estimate(method, BilevelRuns.Built(BilevelRuns.Scalar), 1000)[0], 1e-9);
    }

    // With B = 0 nothing of y reaches x: gradient descent on (rho/2) |x|^2.
    [Fact]
    public void Without_a_coupling_it_is_gradient_descent_on_f()
    {
        var problem = BilevelRuns.Built(new()
        {
            Blocks = [new() { Curvature = [[1]], Coupling = [[0]], Target = [3] }],
            Regularization = 0.5,
        });
        var method = new Soba(new() { Step = Step(0.4), BatchSize = 0 });
        var plan = MethodPlans.PlanOf(method, problem, 1 + 10 + 0.5) with { InitialPoint = [2.0] };

        Assert.Equal(2 * Math.Pow(0.8, 10), Simulator.Run(plan).Estimate[0], 1e-14);
    }
}
