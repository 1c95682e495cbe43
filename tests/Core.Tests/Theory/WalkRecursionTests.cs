using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Theory;

namespace AsyncOpt.Core.Tests.Theory;

public class WalkRecursionTests
{
    static StepSchedule Power(double b, double scale = 1) =>
        new PowerSchedule(new() { Exponent = b, Scale = scale, Offset = 2 });

    static WalkRecursionSettings Settings(double b, double a, double alpha) => new()
    {
        Beta = Power(b),
        A = a,
        Alpha = ConstantSchedule.Of(alpha),
        Interaction = WalkInteraction.Kernel,
    };

    /// <summary>r, but for the first steps, where gamma (1 + r) would exceed 1.</summary>
    static double Limited(double r, double gamma) => Math.Min(r, (1 / gamma) - 1);

    /// <summary>V := M V M' + s s', for matrices of any size, written down plainly.</summary>
    static double[,] Plain(int size, int steps, Func<int, (double[,] M, double[] S)> step)
    {
        var v = new double[size, size];
        for (var n = 0; n < steps; n++)
        {
            var (m, s) = step(n);
            var next = new double[size, size];
            for (var i = 0; i < size; i++)
            {
                for (var j = 0; j < size; j++)
                {
                    next[i, j] = s[i] * s[j];
                    for (var k = 0; k < size; k++)
                    {
                        for (var l = 0; l < size; l++)
                            next[i, j] += m[i, k] * v[k, l] * m[j, l];
                    }
                }
            }
            v = next;
        }
        return v;
    }

    [Fact]
    public void Each_pair_follows_the_recursion_of_its_matrix()
    {
        double[] kappas = [1, 0.3, 2.5], lambdas = [0.9, -0.4, 0.1, -1, 0.55];
        var recursion = new WalkRecursion(Settings(0.9, 0.7, 3), kappas, lambdas);
        recursion.AdvanceTo(120);
        recursion.AdvanceTo(200);

        Assert.Equal(200, recursion.Updates);
        foreach (var (k, kappa) in kappas.Index())
        {
            foreach (var (i, lambda) in lambdas.Index())
            {
                var v = Plain(2, 200, n =>
                {
                    double beta = Math.Pow(n + 2, -0.9), gamma = Math.Pow(n + 2, -0.7);
                    var r = Limited(3 * (1 + lambda), gamma);
                    return (new[,] { { 1 - (beta * kappa), -beta * r }, { 0, 1 - (gamma * (1 + r)) } }, [beta, gamma]);
                });
                Assert.Equal(1, recursion.OfIterate(k, i) / v[0, 0], 1e-11);
                Assert.Equal(1, recursion.OfMeasure(i) / v[1, 1], 1e-11);
            }
        }
    }

    [Fact]
    public void A_heavy_ball_follows_the_recursion_of_its_matrix()
    {
        double[] kappas = [1, 0.3], lambdas = [0.9, -0.4, 0.1];
        var recursion = new WalkRecursion(Settings(0.8, 0.7, 2) with { HasMomentum = true }, kappas, lambdas);
        recursion.AdvanceTo(150);

        foreach (var (k, kappa) in kappas.Index())
        {
            foreach (var (i, lambda) in lambdas.Index())
            {
                var v = Plain(3, 150, n =>
                {
                    double beta = Math.Pow(n + 2, -0.8), gamma = Math.Pow(n + 2, -0.7);
                    var r = Limited(2 * (1 + lambda), gamma);
                    double[,] m =
                    {
                        { 1, -beta, 0 }, { beta * kappa, 1 - beta, beta * r }, { 0, 0, 1 - (gamma * (1 + r)) },
                    };
                    return (m, [0, -beta, gamma]);
                });
                Assert.Equal(1, recursion.OfIterate(k, i) / v[0, 0], 1e-11);
                Assert.Equal(1, recursion.OfMeasure(i) / v[2, 2], 1e-11);
            }
        }
    }

    [Fact]
    public void What_weights_add_to_the_start_follows_a_heavy_ball_too()
    {
        const double kappa = 0.7, variance = 0.4;
        var recursion = new WalkRecursion(
            Settings(0.8, 0.7, 2) with { HasMomentum = true, WeightVariance = variance }, [kappa], [0.2]);
        recursion.AdvanceTo(150);

        // The mean over weights 1 + s and 1 - s, four equations at once.
        var s = Math.Sqrt(variance);
        var square = new double[] { 1, 0, 0, 0 };
        for (var n = 0; n < 150; n++)
        {
            var beta = Math.Pow(n + 2, -0.8);
            var next = new double[4];
            foreach (var w in (double[])[1 + s, 1 - s])
            {
                double[,] m = { { 1, -beta }, { beta * kappa * w, 1 - beta } };
                for (var i = 0; i < 4; i++)
                {
                    for (var j = 0; j < 4; j++)
                        next[i] += 0.5 * m[i / 2, j / 2] * m[i % 2, j % 2] * square[j];
                }
            }
            square = next;
        }
        Assert.Equal(1, recursion.StartSquare(0) / square[0], 1e-11);
    }

    [Theory]
    [InlineData(WalkInteraction.None, 0)]
    [InlineData(WalkInteraction.Target, 4)]
    public void Other_interactions_are_the_kernels_with_another_repellence(WalkInteraction interaction, double r)
    {
        var other = new WalkRecursion(Settings(0.9, 0.6, 4) with { Interaction = interaction }, [1], [0.3]);
        var kernel = new WalkRecursion(Settings(0.9, 0.6, r / 1.3), [1], [0.3]);
        other.AdvanceTo(500);
        kernel.AdvanceTo(500);

        Assert.Equal(kernel.OfIterate(0, 0), other.OfIterate(0, 0), 1e-14);
        Assert.Equal(kernel.OfMeasure(0), other.OfMeasure(0), 1e-14);
    }

    [Fact]
    public void Great_repellence_does_not_blow_up_the_first_steps()
    {
        var recursion = new WalkRecursion(Settings(0.9, 0.6, 500), [1], [0.9, 0.2, -0.7]);
        for (var n = 1; n < 3000; n++)
        {
            recursion.AdvanceTo(n);
            for (var i = 0; i < 3; i++)
            {
                Assert.InRange(recursion.OfMeasure(i), 0, 1);
                Assert.InRange(recursion.OfIterate(0, i), 0, 1);
            }
        }
    }

    [Fact]
    public void Repellence_that_grows_is_that_of_the_update()
    {
        var growing = Settings(0.9, 0.8, 0) with
        {
            Alpha = new GrowthSchedule(new() { Scale = 0.5, Exponent = 0.5, Max = 3 }),
        };
        var recursion = new WalkRecursion(growing, [1], [0.5]);
        recursion.AdvanceTo(100);

        var v = Plain(2, 100, n =>
        {
            double beta = Math.Pow(n + 2, -0.9), gamma = Math.Pow(n + 2, -0.8);
            var r = Limited(Math.Min(3, 0.5 * Math.Sqrt(n + 1)) * 1.5, gamma);
            return (new[,] { { 1 - beta, -beta * r }, { 0, 1 - (gamma * (1 + r)) } }, [beta, gamma]);
        });
        Assert.Equal(1, recursion.OfIterate(0, 0) / v[0, 0], 1e-11);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_mean_follows_the_mean_field(bool momentum)
    {
        const double kappa = 0.7, start = 3, pull = 0.25;
        var recursion = new WalkRecursion(Settings(0.6, 0.8, 1) with { HasMomentum = momentum }, [2, kappa], [0.5, 0.2]);
        recursion.AdvanceTo(400);

        var (theta, m) = (start, 0.0);
        for (var n = 0; n < 400; n++)
        {
            var beta = Math.Pow(n + 2, -0.6);
            var g = (kappa * theta) - pull;
            (theta, m) = momentum ? (theta - (beta * m), m + (beta * (g - m))) : (theta - (beta * g), 0);
        }
        Assert.Equal(theta, recursion.Mean(1, start, pull), 1e-12);
        Assert.Equal(pull / kappa, theta, 1e-2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_small_constant_step_settles_at_the_closed_form(bool momentum)
    {
        // Without repellence: beta / (2 kappa - beta kappa^2), and a heavy ball has the same limit U / (2 kappa) for
        // small steps, as its Lyapunov equation gives by hand.
        const double kappa = 1.5, beta = 1e-3;
        var settings = Settings(0.9, 1, 0) with { Beta = ConstantSchedule.Of(beta), HasMomentum = momentum };
        var recursion = new WalkRecursion(settings, [kappa], [0.5]);
        recursion.AdvanceTo(60_000);

        var limit = beta / ((2 * kappa) - (beta * kappa * kappa));
        Assert.Equal(1, recursion.OfIterate(0, 0) / limit, momentum ? 2e-3 : 1e-9);
    }
}
