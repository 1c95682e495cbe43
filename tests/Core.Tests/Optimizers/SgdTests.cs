using AsyncOpt.Core.Optimizers;

namespace AsyncOpt.Core.Tests.Optimizers;

public class SgdTests
{
    [Fact]
    public void Shrinks_geometrically_on_a_quadratic()
    {
        // x_k = (1 - eta a)^k x_0 for f = a/2 x^2.
        double[] x = [8];
        for (var k = 0; k < 3; k++)
            new Sgd().Step(new() { X = x, Gradient = (double[])[0.5 * x[0]], Rate = 1, Number = k + 1, Blocks = [] });

        Assert.Equal(1.0, x[0]);
    }
}
