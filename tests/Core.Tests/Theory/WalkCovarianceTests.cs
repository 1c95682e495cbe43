using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Theory;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Theory;

public class WalkCovarianceTests
{
    static readonly double[] H = [-2, -1, 0, 1, 2];
    static readonly WalkCovariance Cycle =
        WalkCovariance.Of(new SrwChain(), Graph(new RingTopology(new() { Nodes = 5 })));

    static Topology Graph(TopologyGenerator generator) => generator.Build(GraphContext.OfSeed(1));

    static double Scalar(double alpha, double a, double b, double kappa = 1)
    {
        var h = new double[5, 1];
        for (var k = 0; k < 5; k++)
            h[k, 0] = H[k];
        return Cycle.OfIterate(alpha, a, b, h, new[,] { { -kappa } })[0, 0];
    }

    [Fact]
    public void The_cycle_of_five_has_its_known_eigenvalues()
    {
        double[] expected = [0.309017, 0.309017, -0.809017, -0.809017];

        Assert.Equal(4, Cycle.Eigenvalues.Count);
        for (var i = 0; i < 4; i++)
            Assert.Equal(expected[i], Cycle.Eigenvalues[i], 1e-6);
    }

    [Theory]
    [InlineData(0, 1, 0.8)]
    [InlineData(1, 1, 0.24)]
    [InlineData(5, 1, 0.0682927)]
    [InlineData(0, 0.7, 0.4)]
    [InlineData(1, 0.7, 0.181818)]
    [InlineData(5, 0.7, 0.0610169)]
    public void The_measure_on_the_cycle_of_five_varies_as_computed_by_hand(double alpha, double a, double trace) =>
        Assert.Equal(trace, Cycle.TraceOfMeasure(alpha, a), 1e-6);

    [Theory]
    [InlineData(0, 0.375)]
    [InlineData(1, 0.160714)]
    public void The_measure_on_the_complete_graph_of_four_varies_as_computed_by_hand(double alpha, double trace)
    {
        var complete = WalkCovariance.Of(new SrwChain(), Graph(new CompleteTopology(new() { Nodes = 4 })));

        Assert.Equal(trace, complete.TraceOfMeasure(alpha, 1), 1e-6);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(12)]
    public void The_measure_on_complete_graphs_follows_the_closed_form(int n)
    {
        var complete = WalkCovariance.Of(new SrwChain(), Graph(new CompleteTopology(new() { Nodes = n })));
        const double alpha = 2;

        var expected = (n - 1.0) / n * ((n - 2.0) / n) / ((2 * alpha * (n - 2.0) / (n - 1.0)) + 1);
        Assert.Equal(expected, complete.TraceOfMeasure(alpha, 1), 1e-12);
    }

    [Theory]
    [InlineData(0, 4.32)]
    [InlineData(1, 0.981333)]
    [InlineData(5, 0.241145)]
    public void The_measure_on_the_star_with_four_leaves_varies_as_computed_by_hand(double alpha, double trace)
    {
        var star = WalkCovariance.Of(new MhrwChain(), Graph(new StarTopology(new() { Nodes = 5 })));

        Assert.Equal([0.75, 0.75, 0.75, -0.25], star.Eigenvalues.Select(l => Math.Round(l, 12)));
        Assert.Equal(trace, star.TraceOfMeasure(alpha, 1), 1e-6);
    }

    [Theory]
    [InlineData(2, 0.6, 0.9, 0.1200)]
    [InlineData(5, 0.6, 0.9, 0.0317)]
    [InlineData(2, 0.75, 0.75, 0.4000)]
    [InlineData(5, 0.75, 0.75, 0.1966)]
    [InlineData(2, 1, 0.9, 1.4000)]
    [InlineData(0, 0.6, 0.9, 1.4000)]
    [InlineData(0, 0.75, 0.75, 1.4000)]
    public void The_iterate_on_the_cycle_of_five_has_its_known_limits(double alpha, double a, double b, double limit) =>
        Assert.Equal(limit, Scalar(alpha, a, b), 5e-5);

    [Theory]
    [InlineData(0.8)]
    [InlineData(1)]
    public void Equal_exponents_agree_with_the_scalar_closed_form(double exponent)
    {
        const double kappa = 1.3, alpha = 3;
        var half = exponent == 1 ? 0.5 : 0;
        var expected = 0.0;
        // On the cycle the eigenvalues come in pairs; c^2 is summed over each by projecting on cosines and sines.
        for (var frequency = 1; frequency <= 2; frequency++)
        {
            var angle = 2 * Math.PI * frequency / 5;
            var lambda = Math.Cos(angle);
            double cos = 0, sin = 0;
            for (var k = 0; k < 5; k++)
                (cos, sin) = (cos + (H[k] * Math.Cos(angle * k)), sin + (H[k] * Math.Sin(angle * k)));
            var c2 = 2.0 / 25 * ((cos * cos) + (sin * sin)); // u = sqrt(mu) e, e = sqrt(2/5) cos
            var (s, r) = ((1 + lambda) / (1 - lambda), alpha * (1 + lambda));
            var (rate, rho) = (kappa - half, r + 1 - half);
            expected += c2 * s * (1 - (r * ((2 * rho) - r) / (rho * (rate + rho)))) / (2 * rate);
        }

        Assert.Equal(expected, Scalar(alpha, exponent, exponent, kappa), 1e-12);
    }

    [Fact]
    public void Several_dimensions_that_do_not_mix_are_scalar_problems_side_by_side()
    {
        var h = new double[5, 2];
        for (var k = 0; k < 5; k++)
            (h[k, 0], h[k, 1]) = (H[k], H[(k + 2) % 5]);

        foreach (var (a, b) in new[] { (0.6, 0.9), (0.8, 0.8), (0.9, 0.7) })
        {
            var joint = Cycle.OfIterate(2, a, b, h, new[,] { { -1.0, 0 }, { 0, -2.5 } });

            Assert.Equal(Scalar(2, a, b), joint[0, 0], 1e-12);
            Assert.Equal(Scalar(2, a, b, 2.5), joint[1, 1], 1e-12); // H moved along the cycle: the same by symmetry
            Assert.Equal(joint[0, 1], joint[1, 0], 1e-12);
        }
    }

    [Theory]
    [InlineData(0, 1, 0.9, 1.724)]
    [InlineData(2, 0.6, 0.9, 0.1702)]
    [InlineData(5, 0.6, 0.9, 0.0514)]
    [InlineData(2, 0.75, 0.75, 0.4057)]
    [InlineData(2, 1, 0.9, 0.704)]
    [InlineData(2, 1, 0.6, 1.307)]
    public void The_recursion_gives_the_known_values_after_eight_thousand_steps(
        double alpha, double a, double b, double value)
    {
        var scaled = Cycle.MeanSquareAfter(alpha, a, b, H, 1, 8000) * Math.Pow(8001, b);

        Assert.Equal(value, scaled, value > 0.6 ? 6e-4 : 6e-5);
    }

    [Fact]
    public void Repellence_helps_in_the_limit_unless_the_measure_is_slower()
    {
        Assert.True(Scalar(4, 0.6, 0.9) < Scalar(2, 0.6, 0.9));
        Assert.True(Scalar(4, 0.6, 0.9) < Scalar(4, 0.9, 0.9));
        Assert.True(Scalar(4, 0.9, 0.9) < Scalar(4, 0.95, 0.9));
        Assert.Equal(Scalar(0, 0.95, 0.9), Scalar(4, 0.95, 0.9), 1e-12);
    }
}
