using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;

namespace AsyncOpt.Core.Tests.Optimizers;

public class LambTests
{
    static readonly ParameterBlock[] Layers = [new("a", 0, 2), new("b", 2, 3)];

    static double[] After(Optimizer rule, double[] start, int steps, double gradientScale = 1, ParameterBlock[]? layers = null)
    {
        double[] x = [.. start], m = new double[5], v = new double[5];
        for (var t = 1; t <= steps; t++)
        {
            double[] g = [.. Enumerable.Range(0, 5).Select(k => gradientScale * Math.Sin((3 * k) + t))];
            rule.Step(new()
            {
                X = x, Gradient = g, State0 = m, State1 = v, Rate = 0.05, Number = t, Blocks = layers ?? Layers,
            });
        }
        return x;
    }

    static double Length(double[] x, Range of) => Math.Sqrt(x[of].Sum(value => value * value));

    [Fact]
    public void Every_layer_moves_by_the_step_size_times_the_length_of_its_weights()
    {
        double[] x = [3, 4, 0, 20, 0];
        double[] moved = [.. After(new Lamb(new() { WeightDecay = 0.1 }), x, 1).Zip(x, (a, b) => a - b)];

        Assert.Equal(0.05 * 5, Length(moved, 0..2), 1e-12);
        Assert.Equal(0.05 * 10, Length(moved, 2..5), 1e-12); // 20, cut at the bound
    }

    [Fact]
    public void The_first_direction_is_that_of_the_signs()
    {
        // |x| = 2 = |r| of four signs of length sqrt(4): a factor of 1.
        double[] x = [2, 0, 0, 0], m = new double[4], v = new double[4];
        new Lamb(new() { Epsilon = 0 }).Step(new()
        {
            X = x, Gradient = (double[])[1e-9, -3, 250, 7], State0 = m, State1 = v, Rate = 0.1, Number = 1, Blocks = [],
        });

        Assert.Equal([1.9, 0.1, -0.1, -0.1], x, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void Weights_of_zero_move_as_with_adamw()
    {
        // Five layers of one weight each; before a step each weight is 0 again, so that the factor is 1.
        var layers = Enumerable.Range(0, 5).Select(k => new ParameterBlock($"{k}", k, 1)).ToArray();
        double[] start = new double[5];

        Assert.Equal(
            After(new AdamW(new() { Epsilon = 1e-6, WeightDecay = 0.1 }), start, 1),
            After(new Lamb(new() { WeightDecay = 0.1 }), start, 1, layers: layers), (a, b) => Math.Abs(a - b) < 1e-14);
    }

    [Fact]
    public void Does_not_see_the_scale_of_the_gradient()
    {
        double[] start = [1, -2, 0.5, 3, 1];
        var rule = new Lamb(new() { Epsilon = 0 });

        Assert.Equal(After(rule, start, 20), After(rule, start, 20, 1024)); // a power of two: the same bits
    }

    [Fact]
    public void A_clip_is_the_same_as_a_gradient_of_that_length()
    {
        double[] start = [1, -2, 0.5, 3, 1];
        double length = Math.Sqrt(Enumerable.Range(0, 5).Sum(k => Math.Pow(Math.Sin((3 * k) + 1), 2)));
        double First(double clip, double scale) => After(new Lamb(new() { Epsilon = 0.1, Clip = clip }), start, 1, scale)[3];

        Assert.Equal(First(0, 0.5 / length), First(0.5, 1), 1e-12);
        Assert.NotEqual(First(0, 1), First(0.5, 1));
        Assert.Equal(First(0, 1), First(100, 1));
    }

    [Fact]
    public void Without_layers_all_weights_are_one()
    {
        double[] start = [1, -2, 0.5, 3, 1];
        var rule = new Lamb(new());

        Assert.Equal(
            After(rule, start, 5, layers: [new("all", 0, 5)]), After(rule, start, 5, layers: []));
    }
}
