using AsyncOpt.Core.Optimizers;

namespace AsyncOpt.Core.Tests.Optimizers;

public class NesterovTests
{
    /// <summary>
    /// Four equal g in turn move x by eta [(4 + 4b + 3b^2 + 2b^3 + b^4) g + b^2 (1 + b + b^2 + b^3) m], and m becomes
    /// b^4 m + (1 + b + b^2 + b^3) g: arXiv 2401.09135, eq. 5.
    /// </summary>
    [Fact]
    public void Four_equal_gradients_move_the_point_as_equation_5_says()
    {
        const double B = 0.9, Eta = 0.07, G = 1.3, M = -0.4;
        double[] x = [0], u = [M];
        var rule = new Nesterov(new() { Beta = B });
        for (var k = 1; k <= 4; k++)
            rule.Step(new() { X = x, Gradient = (double[])[G], State0 = u, Rate = Eta, Number = k, Blocks = [] });

        var geometric = 1 + B + (B * B) + (B * B * B);
        var ofG = 4 + (4 * B) + (3 * B * B) + (2 * B * B * B) + (B * B * B * B);
        Assert.Equal(12.144, ofG, 5e-4);
        Assert.Equal(-Eta * ((ofG * G) + (B * B * geometric * M)), x[0], 1e-14);
        Assert.Equal((B * B * B * B * M) + (geometric * G), u[0], 1e-14);
    }

    /// <summary>The form that looks ahead: v := b v - eta grad(x + b v), x := x + v, seen at y = x + b v.</summary>
    [Fact]
    public void Is_the_form_that_looks_ahead()
    {
        const double B = 0.8, Eta = 0.3, A = 0.7;
        double[] y = [1], u = [0];
        double x = 1, v = 0;
        var rule = new Nesterov(new() { Beta = B });
        for (var k = 1; k <= 20; k++)
        {
            v = (B * v) - (Eta * A * (x + (B * v)));
            x += v;
            rule.Step(new() { X = y, Gradient = (double[])[A * y[0]], State0 = u, Rate = Eta, Number = k, Blocks = [] });
            Assert.Equal(x + (B * v), y[0], 1e-14);
        }
    }
}
