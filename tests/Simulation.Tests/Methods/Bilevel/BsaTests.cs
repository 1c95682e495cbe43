using AsyncOpt.Core.Methods.Bilevel;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Simulation.Tests.Methods.Bilevel;

public class BsaTests
{
    static StepSchedule Step(double value) => ConstantSchedule.Of(value);

    // One block, one parameter, H = a, y solved to the end: after one round x = -eta (rho x - b v) with the cut-off
    // series v = (1/L) sum_{q = 0..Q} (1 - a/L)^q (y - c) = (1 - (1 - a/L)^(Q + 1)) / a (y - c).
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void The_series_is_cut_off_after_the_given_number_of_products(int terms)
    {
        var problem = BilevelRuns.Built(new()
        {
            Blocks = [new() { Curvature = [[0.5]], Coupling = [[2]], Target = [-1], Shift = [1.5] }],
            Regularization = 0.1,
        });
        var method = new Bsa(new()
        {
            Step = Step(1), LowerStep = Step(1), LowerSteps = 100, Terms = terms, SeriesStep = 0.8, BatchSize = 0,
        });

        var x = BilevelRuns.Estimate(method, problem, 100 + 2 + terms + 0.5)[0];

        var v = (1 - Math.Pow(1 - (0.5 * 0.8), terms + 1)) / 0.5 * (3 + 1);
        Assert.Equal(-2 * v, x, 1e-12);
    }

    [Fact]
    public void Long_series_and_solved_lower_problems_lead_to_the_optimum()
    {
        var method = new Bsa(new()
        {
            Step = Step(0.5), LowerStep = Step(0.6), LowerSteps = 30, Terms = 40, SeriesStep = 0.6, BatchSize = 0,
        });

        Assert.Equal(BilevelRuns.ScalarOptimum,
            BilevelRuns.Estimate(method, BilevelRuns.Built(BilevelRuns.Scalar), 8000)[0], 1e-9);
    }
}
