using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems.Bilevel;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Tests.Problems.Bilevel;

public class QuadraticBilevelTests
{
    /// <summary>F(x) = .05 x^2 + (5/16)(x - 1)^2.</summary>
    internal static QuadraticBilevel.Options Scalar => new()
    {
        Blocks =
        [
            new() { Curvature = [[1]], Coupling = [[1]], Target = [1] },
            new() { Curvature = [[2]], Coupling = [[-1]], Target = [0], Shift = [1] },
        ],
        Regularization = 0.1,
    };

    [Fact]
    public void The_scalar_instance_has_the_values_worked_out_by_hand()
    {
        var problem = new QuadraticBilevel(Scalar).Built(2);
        var gradient = new double[1];

        Assert.Equal((1, 1), (problem.Parameters, problem.Dimension("lower")));
        Assert.Equal(5.0 / 16, problem.Objective([0], gradient), 1e-15);
        Assert.Equal(-0.625, gradient[0], 1e-15);
        foreach (var x in (double[])[-2, 0.3, 5])
            Assert.Equal(0.05 * x * x + 5.0 / 16 * (x - 1) * (x - 1), problem.Objective([x], []), 1e-13);
        Assert.Equal(0.625 / 0.725, problem.Optimum!.Point[0], 1e-14);
        Assert.Equal(0.725, problem.Smoothness!.Value, 1e-14);

        // v*(0) = (-1, .25): the direction of v vanishes there.
        var y = new double[1];
        problem.SolveLower(1, [0], y);
        Assert.Equal(0.5, y[0], 1e-15);
        Assert.Equal(0, problem.Evaluate(BilevelOracles.Directions, 1, [], default, [0], y, [0.25])[1][0], 1e-15);
        Assert.Equal(0, problem.Evaluate(BilevelOracles.Directions, 0, [], default, [0], [0], [-1])[1][0], 1e-15);
    }

    [Theory]
    [InlineData(4, 4)]
    [InlineData(3, 6)]
    [InlineData(7, 1)]
    public void Drawn_blocks_have_the_asked_spectrum_and_an_optimum_without_gradient(int upper, int lower)
    {
        var problem = new QuadraticBilevel(new() { Dimension = upper, Lower = lower, Conditioning = 8 }).Built(5);
        var gradient = problem.FullGradient(problem.Optimum!.Point);

        Assert.All(gradient, g => Assert.Equal(0, g, 1e-12));
        ProblemCases.CheckGradient(problem, ProblemCases.Point(upper));
        for (var place = 0; place < 5; place++)
        {
            var hessian = problem.Evaluate(
                BilevelOracles.Hessian, place, [], default, new double[upper], new double[lower])[1];
            var values = new double[lower];
            SymmetricMatrix.Eigen(hessian, values, new double[lower]);
            Assert.Equal(1, values.Max(), 1e-12);
            Assert.Equal(lower == 1 ? 1 : 1.0 / 8, values.Min(), 1e-12);
        }
    }

    [Fact]
    public void Blocks_are_alike_without_heterogeneity_and_differ_with_it()
    {
        double Difference(double heterogeneity)
        {
            var problem = new QuadraticBilevel(new() { Dimension = 3, Lower = 1, Heterogeneity = heterogeneity }).Built(4);
            var (first, second) = (new double[1], new double[1]);
            problem.SolveLower(0, [1, 2, 3], first);
            problem.SolveLower(3, [1, 2, 3], second);
            return Math.Abs(first[0] - second[0]);
        }

        Assert.Equal(0, Difference(0));
        Assert.InRange(Difference(1), 0.01, 100);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    public void The_oracles_fit_together(int batch)
    {
        var problem = new QuadraticBilevel(
            new() { Dimension = 4, Lower = 3, Noise = 0.5, MatrixNoise = 0.2 }).Built(3);

        BilevelCases.CheckOracles(problem, 2, new int[batch]);
        BilevelCases.CheckUpper(problem, 1, []);
    }

    [Fact]
    public void Noise_has_mean_zero_and_falls_with_the_batch()
    {
        var problem = new QuadraticBilevel(new() { Dimension = 2, Lower = 2, Noise = 0.5, MatrixNoise = 0.3 }).Built(1);
        double[] x = [0.4, -1], y = [1, 2];
        var exact = problem.Evaluate(BilevelOracles.LowerGradient, 0, [], default, x, y)[0];
        foreach (var batch in (int[])[1, 4, 25])
        {
            var (sum, squares) = (0.0, 0.0);
            const int draws = 20_000;
            for (var k = 0; k < draws; k++)
            {
                var noise = new Draw(9, Purpose.Noise, 0, (ulong)k);
                var e = problem.Evaluate(BilevelOracles.LowerGradient, 0, new int[batch], noise, x, y)[0][0] - exact[0];
                (sum, squares) = (sum + e, squares + e * e);
            }
            // d: .5^2; A y and B x: .3^2 (|y|^2 + |x|^2).
            var variance = (0.25 + 0.09 * (5 + 1.16)) / batch;
            Assert.Equal(0, sum / draws, 4 * Math.Sqrt(variance / draws));
            Assert.Equal(1, squares / draws / variance, 0.05);
        }
    }

    // Batches in turns, and oracles that take few of a batch's numbers before those that take all.
    [Fact]
    public void Noise_is_that_of_the_batch_whatever_was_computed_before()
    {
        const int lower = 3, upper = 2;
        var problem = new QuadraticBilevel(
            new() { Dimension = upper, Lower = lower, Noise = 0.5, MatrixNoise = 0.2 }).Built(1);
        double[] x = [0.4, -1], y = [1, 2, 3];
        double[][] Of(Oracle oracle, int[] samples, Draw noise) => problem.Evaluate(oracle, 0, samples, noise, x, y);
        var (exactLower, exactUpper) = (
            Of(BilevelOracles.LowerGradient, [], default)[0], Of(BilevelOracles.UpperGradients, [], default)[1]);
        for (var turn = 0; turn < 6; turn++)
        {
            var noise = new Draw(9, Purpose.Noise, 0, (ulong)(turn / 2 % 2));
            var (lowerNoise, upperNoise) = (new double[lower], new double[lower]);
            for (var r = 0; r < lower; r++)
            {
                upperNoise[r] = -0.5 * noise.Normal(r);
                lowerNoise[r] = -0.5 * noise.Normal(lower + r);
                for (var k = 0; k < lower; k++)
                {
                    var triangle = Math.Max(r, k) * (Math.Max(r, k) + 1) / 2 + Math.Min(r, k);
                    lowerNoise[r] += 0.2 * noise.Normal(2 * lower + triangle) * y[k];
                }
                for (var k = 0; k < upper; k++)
                    lowerNoise[r] -= 0.2 * noise.Normal(2 * lower + 6 + r * upper + k) * x[k];
            }

            var atUpper = Of(BilevelOracles.UpperGradients, [0], noise)[1];
            var atLower = Of(BilevelOracles.LowerGradient, [0], noise)[0];
            for (var r = 0; r < lower; r++)
            {
                Assert.Equal(exactUpper[r] + upperNoise[r], atUpper[r], 1e-12);
                Assert.Equal(exactLower[r] + lowerNoise[r], atLower[r], 1e-12);
            }
        }
    }

    [Fact]
    public void Blocks_must_fit_the_workers_and_be_positive_definite()
    {
        Assert.Contains("2 blocks for 3 workers",
            Assert.Throws<InputException>(() => new QuadraticBilevel(Scalar).Built(3)).Message, StringComparison.Ordinal);
        var indefinite = new QuadraticBilevel.Options
        {
            Blocks = [new() { Curvature = [[1, 2], [2, 1]], Coupling = [[1], [1]], Target = [0, 0] }],
        };
        Assert.Contains("block 0 is not positive definite",
            Assert.Throws<InputException>(() => new QuadraticBilevel(indefinite).Built(1)).Message, StringComparison.Ordinal);
        var uneven = new QuadraticBilevel.Options
        {
            Blocks = [new() { Curvature = [[1]], Coupling = [[1], [1]], Target = [0] }],
        };
        Assert.NotEmpty(uneven.Violations());
        Assert.Empty(Scalar.Violations());
        Assert.NotEmpty(new QuadraticBilevel.Options().Violations());
    }
}
