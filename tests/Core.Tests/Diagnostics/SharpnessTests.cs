using AsyncOpt.Core.Diagnostics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Tests.Problems;

namespace AsyncOpt.Core.Tests.Diagnostics;

public class SharpnessTests
{
    static readonly double[] Curvatures = [.. Enumerable.Range(0, 40).Select(k => k == 7 ? 12.5 : 0.1 * (k + 1))];

    static Quadratic Bowl => new Quadratic(new() { Targets = [new double[40]], Eigenvalues = Curvatures }).Built(4);

    [Fact]
    public void Of_a_quadratic_it_is_the_largest_curvature()
    {
        var metrics = FixedCut.Evaluate(new Sharpness(new() { Tolerance = 1e-9 }), Bowl, new double[40], new double[40]);

        Assert.Equal(12.5, metrics["sharpness"], 1e-9);
        Assert.InRange(metrics["sharpness-error"], 0, 1e-6);
    }

    [Fact]
    public void With_few_products_an_eigenvalue_is_as_close_as_the_error_says()
    {
        var metrics = FixedCut.Evaluate(new Sharpness(new() { Products = 4, Tolerance = 0 }), Bowl, new double[40]);
        var (value, error) = (metrics["sharpness"], metrics["sharpness-error"]);

        Assert.True(error > 1e-3, $"{error}");
        Assert.Contains(Curvatures, c => Math.Abs(c - value) <= error);
    }

    [Fact]
    public void The_largest_is_meant_with_its_sign_where_another_has_the_greater_modulus()
    {
        // F = (x^2 - 9 y^2) / 2.
        var saddle = new FunctionProblem(2, 3, x => ((x[0] * x[0]) - (9 * x[1] * x[1])) / 2, x => [x[0], -9 * x[1]]);

        Assert.Equal(1, FixedCut.Evaluate(new Sharpness(new()), saddle, [0.3, 0.4])["sharpness"], 1e-6);
    }

    [Fact]
    public void Where_there_is_no_formula_differences_of_the_gradient_serve()
    {
        // F = y^2 (1 + x^2) / 2 at (2, 0.5): H = [[y^2, 2 x y], [2 x y, 1 + x^2]] = [[0.25, 2], [2, 5]].
        var expected = (5.25 + Math.Sqrt((4.75 * 4.75) + 16)) / 2;
        var metrics = FixedCut.Evaluate(new Sharpness(new() { TraceDraws = 400 }), Valley.Problem(3), [2, 0.5]);

        Assert.Equal(expected, metrics["sharpness"], 1e-6);
        // z.Hz = 5.25 + 4 z1 z2: a mean of +-4 about the trace.
        Assert.Equal(5.25, metrics["hessian-trace"], 5 * metrics["hessian-trace-error"]);
        Assert.Equal(4 / Math.Sqrt(400), metrics["hessian-trace-error"], 0.01);
    }

    [Fact]
    public void Of_diagonal_hessians_every_drawn_vector_gives_the_trace()
    {
        var metrics = FixedCut.Evaluate(new Sharpness(new() { TraceDraws = 2 }), Bowl, new double[40]);

        Assert.Equal(Curvatures.Sum(), metrics["hessian-trace"], 1e-10);
        Assert.Equal(0, metrics["hessian-trace-error"], 1e-10);
    }

    [Fact]
    public void What_has_no_standard_error_or_no_room_is_refused()
    {
        string[] Errors(Sharpness.Options options, Problem problem)
        {
            var plan = FixedCut.PlanOf(problem, 4);
            return [.. new Sharpness(options).Errors(plan, Layout.Of(plan.Method, LayoutContext.Of(problem, 4, plan.Topology)))];
        }

        Assert.Empty(Errors(new() { TraceDraws = 2 }, Bowl));
        Assert.Contains("standard error", Assert.Single(Errors(new() { TraceDraws = 1 }, Bowl)), StringComparison.Ordinal);
        var vast = new FunctionProblem(1 << 24, 4, _ => 0, x => x);
        Assert.Contains("'products'", Assert.Single(Errors(new() { Products = 17 }, vast)), StringComparison.Ordinal);
    }
}

/// <summary>F(x, y) = y^2 (1 + x^2) / 2: a valley y = 0 of minima whose curvature is 1 + x^2.</summary>
static class Valley
{
    public static FunctionProblem Problem(int places) => new(
        2, places, w => 0.5 * w[1] * w[1] * (1 + (w[0] * w[0])),
        w => [w[0] * w[1] * w[1], w[1] * (1 + (w[0] * w[0]))]);
}
