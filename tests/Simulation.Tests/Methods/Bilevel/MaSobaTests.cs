using AsyncOpt.Core.Methods.Bilevel;
using AsyncOpt.Core.Problems.Bilevel;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Simulation.Tests.Methods.Bilevel;

public class MaSobaTests
{
    static StepSchedule Step(double value) => ConstantSchedule.Of(value);

    [Fact]
    public void Its_direction_is_the_moving_average_of_sobas()
    {
        const int m = 3, rounds = 20;
        var problem = BilevelRuns.Built(new() { Dimension = 3, Lower = 2, Noise = 0.2 }, m);
        var method = new MaSoba(new() { Step = Step(0.1), LowerStep = Step(0.2), Momentum = Step(0.3) });

        var actual = BilevelRuns.Estimate(method, problem, 1 + rounds + 0.5);

        double[] x = new double[3], z = new double[3];
        var (y, v) = (new double[m][], new double[m][]);
        for (var i = 0; i < m; i++)
            (y[i], v[i]) = (new double[2], new double[2]);
        for (var t = 0; t < rounds; t++)
        {
            var weight = t == 0 ? 1 : 0.3;
            z = [.. z.Select(c => (1 - weight) * c)];
            for (var i = 0; i < m; i++)
            {
                var p = BilevelRuns.Evaluate(problem, BilevelOracles.Directions, i, t + 1, 1, x, y[i], v[i]);
                MethodPlans.Axpy(-0.2, p[0], y[i]);
                MethodPlans.Axpy(-0.2, p[1], v[i]);
                MethodPlans.Axpy(weight / m, p[2], z);
            }
            MethodPlans.Axpy(-0.1, z, x);
        }
        MethodPlans.AssertClose(x, actual, 1e-12);
    }

    [Fact]
    public void With_momentum_1_it_is_soba()
    {
        var problem = BilevelRuns.Built(BilevelRuns.TenBlocks(0.3));

        Assert.Equal(
            BilevelRuns.Estimate(new Soba(new() { Step = Step(0.05), Blocks = 3 }), problem, 50),
            BilevelRuns.Estimate(new MaSoba(new() { Step = Step(0.05), Blocks = 3, Momentum = Step(1) }), problem, 50));
    }
}
