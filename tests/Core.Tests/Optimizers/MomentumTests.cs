using AsyncOpt.Core.Optimizers;

namespace AsyncOpt.Core.Tests.Optimizers;

public class MomentumTests
{
    [Fact]
    public void Under_a_constant_gradient_u_tends_to_g_over_one_minus_beta()
    {
        double[] x = [0], u = [0];
        var rule = new Momentum(new() { Beta = 0.9 });
        for (var k = 1; k <= 500; k++)
            rule.Step(new() { X = x, Gradient = (double[])[2], State0 = u, Rate = 0.1, Number = k, Blocks = [] });

        Assert.Equal(20, u[0], 1e-12);
    }

    [Fact]
    public void First_two_steps_by_hand()
    {
        double[] x = [1], u = [0];
        var rule = new Momentum(new() { Beta = 0.5 });
        rule.Step(new() { X = x, Gradient = (double[])[4], State0 = u, Rate = 0.25, Number = 1, Blocks = [] });
        rule.Step(new() { X = x, Gradient = (double[])[2], State0 = u, Rate = 0.25, Number = 2, Blocks = [] });

        Assert.Equal((-1.0, 4.0), (x[0], u[0])); // 1 - 1, then u = 2 + 2
    }
}
