using AsyncOpt.Core.Optimizers;

namespace AsyncOpt.Core.Tests.Optimizers;

public class AdamWTests
{
    [Fact]
    public void Without_gradient_the_point_shrinks_geometrically()
    {
        double[] x = [3], m = [0], v = [0];
        var rule = new AdamW(new() { WeightDecay = 0.5 });
        for (var k = 1; k <= 4; k++)
        {
            rule.Step(new()
            {
                X = x, Gradient = (double[])[0], State0 = m, State1 = v, Rate = 1, Number = k, Blocks = [],
            });
        }

        Assert.Equal(3.0 / 16, x[0], 1e-15);
    }

    [Fact]
    public void Without_decay_it_is_adam()
    {
        double[] x = [3, -1], m = new double[2], v = new double[2];
        double[] y = [3, -1], n = new double[2], w = new double[2];
        double[] g = [0.3, -7];
        new AdamW(new() { WeightDecay = 0 }).Step(
            new() { X = x, Gradient = g, State0 = m, State1 = v, Rate = 0.1, Number = 1, Blocks = [] });
        new Adam(new()).Step(new() { X = y, Gradient = g, State0 = n, State1 = w, Rate = 0.1, Number = 1, Blocks = [] });

        Assert.Equal(y, x);
    }
}
