using AsyncOpt.Core.Diagnostics;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Problems.Shardings;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Tests.Problems;

namespace AsyncOpt.Core.Tests.Diagnostics;

/// <summary>Against closed forms of E grad L(w_a + eps), eps normal: items 1 to 4 of the analysis of D-SGD.</summary>
public class AverageDirectionTests
{
    static readonly double[] Skew = [0.3, 1.1, -0.2, 0.7, 2.4];

    static readonly double[] Symmetric = [1, 1.5, 0.5, 1.25, 0.75];

    static FunctionProblem Power(int p) => new(
        1, 5, w => Math.Pow(w[0], p) / p, w => [Math.Pow(w[0], p - 1)]);

    static Dictionary<string, double> Metrics(Problem problem, double[] cloud, int rotations = 1) => FixedCut.Evaluate(
        new AverageDirection(new() { Rotations = rotations }), problem, [.. cloud.Select(w => new[] { w })]);

    static double Moment(double[] cloud, int p) => cloud.Average(w => Math.Pow(w - cloud.Average(), p));

    [Fact]
    public void Of_a_quartic_the_residual_is_the_third_central_moment()
    {
        var metrics = Metrics(Power(4), Skew);
        double mean = Skew.Average(), xi = Moment(Skew, 2);

        // Mean gradient: E w^3 = w_a^3 + 3 w_a Xi + M_3; AD: w_a^3 + 3 w_a Xi.
        Assert.Equal(Math.Abs(Moment(Skew, 3)), metrics["average-direction-residual"], 1e-12);
        Assert.Equal((3 * mean * xi) + Moment(Skew, 3), metrics["average-direction-shift"], 1e-12);
        Assert.Equal(Skew.Average(w => Math.Pow(Math.Abs(w - mean), 3)), metrics["average-direction-third-moment"], 1e-12);
        Assert.Equal(
            metrics["average-direction-residual"] / metrics["average-direction-shift"],
            metrics["average-direction-unexplained"], 1e-12);
    }

    [Fact]
    public void Of_a_quartic_and_a_symmetric_cloud_nothing_is_left()
    {
        var metrics = Metrics(Power(4), [1.5, 0.5, 1.2, 0.8, 1]);

        Assert.Equal(0, metrics["average-direction-residual"], 1e-14);
        Assert.True(metrics["average-direction-shift"] > 0.1);
        Assert.Equal(1, metrics["average-direction-cosine"], 1e-14);
    }

    [Fact]
    public void Of_a_quartic_the_rise_of_the_loss_is_that_of_gaussian_smoothing()
    {
        // E (w_a + eps)^4 / 4 - w_a^4 / 4 = (6 w_a^2 Xi + 3 Xi^2) / 4; the rule is exact up to degree 3 only.
        double mean = Skew.Average(), xi = Moment(Skew, 2);
        var expected = ((6 * mean * mean * xi) + (3 * xi * xi)) / 4;

        Assert.Equal(expected, Metrics(Power(4), Skew, 20_000)["average-direction-sharpness"], 0.01 * expected);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // kurtosis alone
    public void Of_a_sextic_the_residual_has_the_third_the_fourth_and_the_fifth_moment(bool isSymmetric)
    {
        var cloud = isSymmetric ? Symmetric : Skew;
        var metrics = Metrics(Power(6), cloud, 20_000);
        double mean = cloud.Average(), xi = Moment(cloud, 2);
        var expected = (10 * mean * mean * Moment(cloud, 3)) + (5 * mean * (Moment(cloud, 4) - (3 * xi * xi))) + Moment(cloud, 5);

        Assert.Equal(Math.Abs(expected), metrics["average-direction-residual"], 4 * metrics["average-direction-error"]);
        Assert.True(metrics["average-direction-error"] < 0.05 * Math.Abs(expected), $"{metrics["average-direction-error"]}");
    }

    [Fact]
    public void Two_agents_are_no_normal_law()
    {
        // +-d about w_a: M_4 = Xi^2, so the sextic's residual is -10 w_a Xi^2.
        double[] cloud = [1.5, 0.5];
        var metrics = Metrics(Power(6), cloud, 20_000);

        Assert.Equal(10 * 0.25 * 0.25, metrics["average-direction-residual"], 4 * metrics["average-direction-error"]);
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(4, true)]
    public void The_residual_shrinks_with_the_third_power_of_the_cloud_or_the_fourth_of_a_symmetric_one(
        int order, bool isSymmetric)
    {
        var cloud = isSymmetric ? Symmetric : Skew;
        // The same draws at every scale, so that noise falls out of the ratio up to its own fourth order.
        double Residual(double scale) => Metrics(
            Power(6), [.. cloud.Select(w => 1 + (scale * (w - cloud.Average())))], 4000)["average-direction-residual"];

        Assert.Equal(order, Math.Log2(Residual(0.02) / Residual(0.01)), 0.1);
    }

    [Fact]
    public void Of_a_quadratic_nothing_happens()
    {
        var bowl = new Quadratic(new() { Targets = [[1, 2]], Eigenvalues = [3, 0.5] }).Built(3);
        var metrics = FixedCut.Evaluate(new AverageDirection(new()), bowl, [[0, 1], [2, 2], [5, -1]]);

        Assert.Equal(0, metrics["average-direction-shift"], 1e-14);
        Assert.Equal(0, metrics["average-direction-residual"], 1e-14);
        // (1/2) tr(H Xi), Xi_xx = 38/9 and Xi_yy = 14/9.
        Assert.Equal(0.5 * ((3 * 38.0 / 9) + (0.5 * 14 / 9)), metrics["average-direction-sharpness"], 1e-12);
    }

    [Fact]
    public void Products_bring_in_the_covariance_of_two_coordinates()
    {
        // L = x^2 y^2 / 2: AD grad = (x (y^2 + Xi_yy) + 2 y Xi_xy, and the same exchanged); a symmetric cloud: no residual.
        var product = new FunctionProblem(
            2, 4, w => w[0] * w[0] * w[1] * w[1] / 2, w => [w[0] * w[1] * w[1], w[0] * w[0] * w[1]]);
        double[][] cloud = [[1.2, 2.1], [0.8, 1.9], [1.3, 1.6], [0.7, 2.4]];
        var metrics = FixedCut.Evaluate(new AverageDirection(new() { Rotations = 1 }), product, cloud);
        double xx = 0.065, yy = 0.085, xy = (0.02 - 0.12) / 2;
        double[] shift = [(1 * yy) + (2 * 2 * xy), (2 * xx) + (2 * 1 * xy)];

        Assert.Equal(Math.Sqrt((shift[0] * shift[0]) + (shift[1] * shift[1])), metrics["average-direction-shift"], 1e-12);
        Assert.Equal(0, metrics["average-direction-residual"], 1e-12);
    }

    [Fact]
    public void With_one_rotation_there_is_no_standard_error() =>
        Assert.DoesNotContain("average-direction-error", Metrics(Power(4), Skew).Keys);

    static bool?[] Conditions(Problem problem, int batchSize = 1) =>
    [
        .. new AverageDirection(new()).Conditions(FixedCut.PlanOf(
            problem, problem.Places, new DSgd(new() { Step = ConstantSchedule.Of(0.1), BatchSize = batchSize })))
            .Select(c => c.IsMet),
    ];

    [Fact]
    public void It_is_the_direction_of_the_mean_where_nodes_sample_alike()
    {
        static LogisticRegression Dealt(Sharding sharding) => new LogisticRegression(new()
        {
            Data = new SyntheticClassification(new() { Samples = 10, Dimension = 2 }),
            Sharding = sharding,
        }).Built();

        Assert.Equal([true, true], Conditions(Dealt(new IidSharding())));
        Assert.Equal([false, true], Conditions(Dealt(new ByLabelSharding())));
        Assert.Equal([false, true], Conditions(Dealt(new OnePerNodeSharding(new()))));
        Assert.Equal([null, true], Conditions(Dealt(new ContiguousSharding())));
        // Ten samples at three nodes: 4, 3 and 3, or all ten at each.
        Assert.Equal([true, false], Conditions(Dealt(new IidSharding()), batchSize: 0));
        Assert.Equal([true, true], Conditions(Dealt(new RepeatSharding()), batchSize: 0));
        Assert.Equal([true, true], Conditions(new Quadratic(new() { Dimension = 2 }).Built()));
        Assert.Equal([false, true], Conditions(new Quadratic(new() { Dimension = 2, Heterogeneity = 1 }).Built()));
        Assert.Equal([null, true], Conditions(new FunctionProblem(1, 3, _ => 0, x => x)));
    }
}
