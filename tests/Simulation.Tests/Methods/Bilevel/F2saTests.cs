using AsyncOpt.Core.Methods.Bilevel;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Simulation.Tests.Methods.Bilevel;

public class F2saTests
{
    static StepSchedule Step(double value) => ConstantSchedule.Of(value);

    // One scalar block at x = 0: y_lambda = (c + lambda d) / (1 + lambda a), z = d / a, and the answer
    // lambda (-b)(y_lambda - z) tends to the hypergradient b (d/a - c) / a with an error a (..)/(1 + lambda a).
    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(1000)]
    public void Its_gradient_errs_by_one_over_lambda(double lambda)
    {
        var (a, b, c, d) = (0.5, 2.0, -1.0, 1.5);
        var problem = BilevelRuns.Built(new()
        {
            Blocks = [new() { Curvature = [[a]], Coupling = [[b]], Target = [c], Shift = [d] }],
        });
        var method = new F2sa(new()
        {
            Step = Step(1), LowerStep = Step(1), LowerSteps = 200, Penalty = lambda, BatchSize = 0,
        });

        var gradient = -BilevelRuns.Estimate(method, problem, (3 * 200) + 3 + 0.5)[0];

        var y = (c + (lambda * d)) / (1 + (lambda * a));
        Assert.Equal(-lambda * b * (y - (d / a)), gradient, 1e-9 * lambda);
        var exact = b * ((d / a) - c) / a;
        Assert.Equal(exact / (1 + (lambda * a)), exact - gradient, 1e-8 * lambda);
    }

    [Fact]
    public void A_growing_penalty_leads_to_the_optimum()
    {
        var method = new F2sa(new()
        {
            Step = Step(0.3), LowerStep = Step(0.4), LowerSteps = 5, Penalty = 5, PenaltyGrowth = Step(2), BatchSize = 0,
        });

        var x = BilevelRuns.Estimate(method, BilevelRuns.Built(BilevelRuns.Scalar), 40_000)[0];

        Assert.Equal(BilevelRuns.ScalarOptimum, x, 5e-4);
    }
}
