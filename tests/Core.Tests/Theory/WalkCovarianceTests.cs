using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Theory;
using AsyncOpt.Core.Topologies;
using MathNet.Numerics.LinearAlgebra;

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

    /// <summary>The solution V of A V + V A' + U = 0, by its definition as a linear system.</summary>
    static Matrix<double> Lyapunov(Matrix<double> a, Matrix<double> u)
    {
        var n = a.RowCount;
        var system = Matrix<double>.Build.Dense(n * n, n * n);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                for (var k = 0; k < n; k++)
                {
                    system[(i * n) + j, (k * n) + j] += a[i, k];
                    system[(i * n) + j, (i * n) + k] += a[j, k];
                }
            }
        }
        var v = system.Solve(Vector<double>.Build.Dense(n * n, e => -u[e / n, e % n]));
        return Matrix<double>.Build.Dense(n, n, (i, j) => v[(i * n) + j]);
    }

    /// <summary>
    /// The covariance of (theta, x) for a = b, from the drift's Jacobian at (theta*, mu) as it stands, without
    /// eigenvectors: the noise of x is that of the base chain, U = D Z + Z' D - D - mu mu', Z = (I - P + 1 mu')^-1.
    /// </summary>
    static Matrix<double> Joint(
        double[,] p, double[] weights, double[,] h, double[,] jacobian, double alpha, bool isOne, bool byTarget = false)
    {
        var (n, d) = (weights.Length, h.GetLength(1));
        var chain = Matrix<double>.Build.DenseOfArray(p);
        var mu = Vector<double>.Build.Dense(weights);
        var ones = Vector<double>.Build.Dense(n, 1);
        var identity = Matrix<double>.Build.DenseIdentity(n);
        var pull = Matrix<double>.Build.DenseOfArray(h);
        var z = (identity - chain + ones.OuterProduct(mu)).Inverse();
        var diagonal = Matrix<double>.Build.DenseOfDiagonalVector(mu);
        var noise = (diagonal * z) + (z.Transpose() * diagonal) - diagonal - mu.OuterProduct(mu);
        // d pi[x] / dx at mu: -alpha (P' + I) + 2 alpha mu 1' by the kernel, -alpha I + alpha mu 1' by the target.
        var turn = byTarget
            ? (alpha * mu.OuterProduct(ones)) - (alpha * identity)
            : (2 * alpha * mu.OuterProduct(ones)) - (alpha * (chain.Transpose() + identity));
        var both = Matrix<double>.Build.Dense(d + n, d + n);
        both.SetSubMatrix(0, 0, Matrix<double>.Build.DenseOfArray(jacobian));
        both.SetSubMatrix(0, d, pull.Transpose() * turn);
        both.SetSubMatrix(d, d, turn - identity);
        if (isOne)
            both += 0.5 * Matrix<double>.Build.DenseIdentity(d + n);
        var map = Matrix<double>.Build.Dense(d + n, n);
        map.SetSubMatrix(0, 0, pull.Transpose());
        map.SetSubMatrix(d, 0, identity);
        return Lyapunov(both, map * noise * map.Transpose());
    }

    static readonly Topology Lollipop = Methods.Walks.Chains.Lollipop;

    static readonly double[,] TwoDimensions = { { -2, 1 }, { -1, 0.5 }, { 0, -2 }, { 1, 0.25 }, { 2, 1 } };
    static readonly double[,] Drift = { { -1.2, 0.3 }, { 0.3, -0.9 } };

    [Theory]
    [InlineData("mhrw", 0.8, false)]
    [InlineData("mhrw", 1, false)]
    [InlineData("lazy-srw", 1, false)]
    [InlineData("srw", 0.7, false)]
    [InlineData("mhrw", 0.8, true)]
    [InlineData("mhrw", 1, true)]
    public void Equal_exponents_solve_the_joint_equation(string chain, double exponent, bool byTarget)
    {
        var walk = Methods.Walks.Chains.Of(chain);
        var (p, mu) = (Methods.Walks.Chains.Matrix(walk, Lollipop), walk.Mu(Lollipop));
        var covariance = WalkCovariance.Of(walk, Lollipop) with
        {
            Interaction = byTarget ? WalkInteraction.Target : WalkInteraction.Kernel,
        };
        var joint = Joint(p, mu, TwoDimensions, Drift, 2.5, exponent == 1, byTarget);

        var iterate = covariance.OfIterate(2.5, exponent, exponent, TwoDimensions, Drift);
        var measure = covariance.OfMeasure(2.5, exponent);
        for (var i = 0; i < 2; i++)
        {
            for (var j = 0; j < 2; j++)
                Assert.Equal(joint[i, j], iterate[i, j], 1e-10);
        }
        for (var i = 0; i < 5; i++)
        {
            for (var j = 0; j < 5; j++)
                Assert.Equal(joint[2 + i, 2 + j], measure[i, j], 1e-10);
        }
    }

    [Fact]
    public void A_faster_measure_solves_the_equation_of_its_noise()
    {
        // Time scales apart: x is at its equilibrium for theta, whose noise is that of x over (1 + r)^2.
        var walk = new MhrwChain();
        var covariance = WalkCovariance.Of(walk, Lollipop);
        var u = Matrix<double>.Build.DenseOfArray(covariance.Noise(2.5, TwoDimensions));
        var drift = Matrix<double>.Build.DenseOfArray(Drift);

        var faster = covariance.OfIterate(2.5, 0.6, 0.9, TwoDimensions, Drift);
        var atOne = covariance.OfIterate(2.5, 0.6, 1, TwoDimensions, Drift);
        var expected = Lyapunov(drift, u);
        var expectedAtOne = Lyapunov(drift + (0.5 * Matrix<double>.Build.DenseIdentity(2)), u);
        for (var i = 0; i < 2; i++)
        {
            for (var j = 0; j < 2; j++)
            {
                Assert.Equal(expected[i, j], faster[i, j], 1e-12);
                Assert.Equal(expectedAtOne[i, j], atOne[i, j], 1e-12);
            }
        }
        // (I - d pi / dx)^-1 turns the base chain's noise into that of the averaged mean field.
        var (n, mu) = (5, Vector<double>.Build.Dense(walk.Mu(Lollipop)));
        var identity = Matrix<double>.Build.DenseIdentity(n);
        var p = Matrix<double>.Build.DenseOfArray(Methods.Walks.Chains.Matrix(walk, Lollipop));
        var turn = (2 * 2.5 * mu.OuterProduct(Vector<double>.Build.Dense(n, 1))) - (2.5 * (p.Transpose() + identity));
        var filter = (identity - turn).Inverse();
        var plain = Matrix<double>.Build.DenseOfArray(covariance.OfMeasure(0, 1)); // U of the base chain
        var h = Matrix<double>.Build.DenseOfArray(TwoDimensions);
        var noise = h.Transpose() * filter * plain * filter.Transpose() * h;
        for (var i = 0; i < 2; i++)
        {
            for (var j = 0; j < 2; j++)
                Assert.Equal(noise[i, j], u[i, j], 1e-10);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void A_history_driven_target_divides_the_measures_covariance(double alpha)
    {
        var star = WalkCovariance.Of(new MhrwChain(), Graph(new StarTopology(new() { Nodes = 5 })));
        var byTarget = star with { Interaction = WalkInteraction.Target };

        Assert.Equal(star.TraceOfMeasure(0, 1) / ((2 * alpha) + 1), byTarget.TraceOfMeasure(alpha, 1), 1e-12);
        Assert.Equal(star.TraceOfMeasure(0, 0.8) / (alpha + 1), byTarget.TraceOfMeasure(alpha, 0.8), 1e-12);
    }

    [Fact]
    public void Repellence_by_the_kernel_gains_more_than_by_the_target_where_eigenvalues_are_positive()
    {
        var lazy = WalkCovariance.Of(new LazyChain(new()), Lollipop);

        Assert.True(lazy.TraceOfMeasure(4, 1) < (lazy with { Interaction = WalkInteraction.Target }).TraceOfMeasure(4, 1));
    }

    [Theory]
    [InlineData(2, 0.6, 0.9, 1.3)]
    [InlineData(5, 0.6, 0.9, 0.7)]
    [InlineData(2, 0.95, 0.9, 1.3)]
    public void A_heavy_ball_has_the_limit_of_plain_descent_in_one_dimension(double alpha, double a, double b, double kappa)
    {
        // By hand: A = [0, -1; kappa, -1] and U on m give V_theta = U / (2 kappa).
        var h = new double[5, 1];
        for (var k = 0; k < 5; k++)
            h[k, 0] = H[k];
        var (pairs, drift) = WalkCovariance.HeavyBall(h, new[,] { { -kappa } });

        Assert.Equal(Scalar(alpha, a, b, kappa), Cycle.OfIterate(alpha, a, b, pairs, drift)[0, 0], 1e-12);
    }

    [Fact]
    public void A_heavy_balls_recursion_nears_its_limit()
    {
        var h = new double[5, 1];
        for (var k = 0; k < 5; k++)
            h[k, 0] = H[k];
        var (pairs, drift) = WalkCovariance.HeavyBall(h, new[,] { { -1.0 } });
        var limit = Cycle.OfIterate(2, 0.7, 0.7, pairs, drift)[0, 0];
        var recursion = new WalkRecursion(
            new()
            {
                Beta = new Core.Schedules.PowerSchedule(new() { Exponent = 0.7, Offset = 2 }),
                A = 0.7,
                Alpha = Core.Schedules.ConstantSchedule.Of(2),
                Interaction = WalkInteraction.Kernel,
                HasMomentum = true,
            },
            [1], [.. Cycle.Eigenvalues]);
        recursion.AdvanceTo(100_000);
        var power = Cycle.Power(H);

        var scaled = power.Select((s, i) => s * recursion.OfIterate(0, i)).Sum() * Math.Pow(100_001, 0.7);
        Assert.Equal(1, scaled / limit, 0.03);
    }

    [Fact]
    public void Gains_fall_like_one_over_alpha_squared_one_over_alpha_and_not_at_all()
    {
        double Slope(double a, double b) => Math.Log(Scalar(2e4, a, b) / Scalar(1e4, a, b)) / Math.Log(2);

        Assert.Equal(-2, Slope(0.6, 0.9), 0.01);
        Assert.Equal(-1, Slope(0.75, 0.75), 0.01);
        Assert.Equal(0, Slope(1, 0.9), 1e-9);
    }
}
