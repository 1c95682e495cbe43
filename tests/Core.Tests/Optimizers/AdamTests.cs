using AsyncOpt.Core.Optimizers;

namespace AsyncOpt.Core.Tests.Optimizers;

public class AdamTests
{
    [Fact]
    public void The_first_step_is_eta_times_the_sign()
    {
        double[] x = [1, 1, 1], m = new double[3], v = new double[3];
        new Adam(new() { Epsilon = 0 }).Step(new()
        {
            X = x, Gradient = (double[])[1e-9, -3, 250], State0 = m, State1 = v, Rate = 0.1, Number = 1, Blocks = [],
        });

        Assert.Equal([0.9, 1.1, 0.9], x, (a, b) => Math.Abs(a - b) < 1e-14);
    }

    [Fact]
    public void Does_not_see_the_scale_of_the_gradient()
    {
        Assert.Equal(After(1), After(1024)); // a power of two: the same bits

        static double After(double scale)
        {
            double[] x = [1], m = [0], v = [0];
            var rule = new Adam(new() { Epsilon = 0 });
            for (var k = 1; k <= 10; k++)
            {
                rule.Step(new()
                {
                    X = x, Gradient = (double[])[scale * Math.Sin(k)], State0 = m, State1 = v, Rate = 0.01, Number = k,
                    Blocks = [],
                });
            }
            return x[0];
        }
    }
}
