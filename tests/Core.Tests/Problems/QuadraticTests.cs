using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;

namespace AsyncOpt.Core.Tests.Problems;

public class QuadraticTests
{
    static Quadratic Inline() =>
        new Quadratic(new() { Targets = [[1, 2], [3, -2], [5, 0]], Eigenvalues = [2, 0.5] }).Built();

    [Fact]
    public void The_objective_is_the_mean_over_places_of_the_formula()
    {
        double[] x = [0.3, 0.7];
        double[][] targets = [[1, 2], [3, -2], [5, 0]];
        var expected = targets.Average(c => Math.Pow(x[0] - c[0], 2) + 0.25 * Math.Pow(x[1] - c[1], 2));

        Assert.Equal(expected, Inline().Objective(x, []), 1e-14);
    }

    [Fact]
    public void The_optimum_is_the_mean_target()
    {
        var optimum = Inline().Optimum!;

        ProblemCases.Equal([3, 0], optimum.Point, 1e-15);
        // Variances 8/3 and 8/3: (1/2)(2 + 0.5) 8/3.
        Assert.Equal(10.0 / 3, optimum.Value, 1e-14);
        Assert.Equal(0, optimum.GapBound);
        Assert.Equal((0.5, 2), (Inline().StrongConvexity, Inline().Smoothness!.Value));
    }

    [Fact]
    public void The_gradient_and_the_hessian_are_those_of_finite_differences()
    {
        ProblemCases.CheckGradient(Inline(), [0.3, 0.7]);
        ProblemCases.CheckHessian(Inline(), [0.3, 0.7]);
        ProblemCases.CheckHessianVector(Inline(), [0.3, 0.7]);
        ProblemCases.CheckPlacesAverage(Inline(), [0.3, 0.7]);
        ProblemCases.Equal([2 * (0.3 - 3), 0.5 * (0.7 + 2)], Inline().Gradient([0.3, 0.7], 1, []), 1e-15);
    }

    [Fact]
    public void Targets_from_a_file_and_one_row_for_all_places()
    {
        var rows = ProblemCases.WriteFile("1,2\n3,-2\n5,0\n");
        var one = ProblemCases.WriteFile("4,5\n");

        Assert.Equal([3, -2], new Quadratic(new() { File = rows }).Built().Target(1).ToArray());
        Assert.Equal([4, 5], new Quadratic(new() { File = one }).Built(9).Target(8).ToArray());
        Assert.Contains(("file read as", "no header; separator comma; 2 features"),
            new Quadratic(new() { File = rows }).Built().Facts());
        var error = Assert.Throws<InputException>(() => new Quadratic(new() { File = rows }).Built(4));
        Assert.Contains("3 rows of targets for 4 places", error.Message);
    }

    [Fact]
    public void Columns_of_a_file_of_targets_that_number_the_rows_are_warned_of()
    {
        var file = ProblemCases.WriteFile(",ID,x\n7,30,1\n2,10,2\n5,20,3\n");
        Quadratic problem = new Quadratic(new() { File = file }).Built();

        Assert.Equal([10, 2], problem.Target(1).ToArray());
        Assert.Equal(
            [
                $"{file}: left out column 1, '', which has no name and numbers the rows; give it a name to keep it",
                $"{file}: column 2, 'ID', has another whole number in each row, and is a feature; take it out if it is "
                    + "none",
            ],
            problem.Warnings());
    }

    [Fact]
    public void Drawn_targets_spread_as_asked_and_belong_to_the_place()
    {
        var options = new Quadratic.Options { Dimension = 50, Heterogeneity = 0.3, Conditioning = 100 };
        Quadratic few = new Quadratic(options).Built(10), many = new Quadratic(options).Built(1000);

        Assert.Equal(few.Target(7).ToArray(), many.Target(7).ToArray());
        // F at the optimum: (1/2) sum_k h_k variance_k, a mean over 50,000 normal squares.
        Assert.Equal(0.5 * 0.09 * many.Curvature.Sum(), many.Optimum!.Value, 0.02 * many.Optimum.Value);
        Assert.Equal(0.01, many.StrongConvexity, 1e-12);
        Assert.Equal(1, many.Smoothness!.Value);
    }

    [Fact]
    public void Noise_is_normal_of_the_stated_size_and_named_by_the_draw()
    {
        var problem = new Quadratic(new() { Dimension = 20000, Noise = 0.5 }).Built();
        var x = problem.Target(0).ToArray();
        double[] Noise(ulong number) => problem.Gradient(x, 0, [], new Draw(1, Purpose.Noise, 4, number));

        Assert.Equal(0.25, Noise(1).Average(g => g * g), 0.0125);         // standard error 1 %
        Assert.Equal(0, Noise(1).Average(), 0.02);                        // standard error 0.0035
        Assert.Equal(Noise(1), Noise(1));
        Assert.NotEqual(Noise(1), Noise(2));
    }

    [Fact]
    public void Options_that_contradict_each_other_are_named()
    {
        Assert.NotEmpty(new Quadratic.Options().Violations());
        Assert.NotEmpty(new Quadratic.Options { Dimension = 2, Targets = [[1, 2]] }.Violations());
        Assert.Equal(
            ["targets: row 3 has 1 number, and row 1 has 2"],
            new Quadratic.Options { Targets = [[1, 2], [2, 1], [3]] }.Violations());
        Assert.NotEmpty(new Quadratic.Options { Dimension = 2, Eigenvalues = [1, 0] }.Violations());
        Assert.Empty(new Quadratic.Options { Dimension = 2, Eigenvalues = [1, 2] }.Violations());
        Assert.Throws<InputException>(() => new Quadratic(new() { Dimension = 3, Eigenvalues = [1, 2] }).Built());
    }
}
