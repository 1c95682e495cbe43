using AsyncOpt.Core.Methods.LocalTraining;

namespace AsyncOpt.Core.Tests.Methods.LocalTraining;

public class JobsTests
{
    [Fact]
    public void Shards_that_are_ahead_are_not_drawn()
    {
        double[] lags = [3, 1, 0, 0];
        Assert.Equal(0.5, Jobs.Lags([100, 100, 100, 100], lags));
        Assert.Equal([0, 0, 0.25, 0.25], lags);
    }

    [Fact]
    public void Shards_of_unequal_size_get_their_share()
    {
        double[] lags = [20, 40, 40];
        Jobs.Lags([100, 400, 500], lags);

        Assert.Equal(0, lags[0]);
        Assert.Equal(0, lags[1]);
        Assert.Equal(0.1, lags[2], 1e-15);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(7, 7, 7)]
    public void No_shard_is_behind_at_the_start_or_where_all_are_even(double a, double b, double c) =>
        Assert.Equal(0, Jobs.Lags([5, 5, 5], (double[])[a, b, c]));

    [Fact]
    public void Slower_workers_make_fewer_steps()
    {
        double[] perStep = [0.58, 0.75, 1.51, 3.33];
        var steps = Jobs.DynamicSteps(50, 1, [.. perStep.Select(s => 50 * s)]);

        Assert.Equal([50, 38, 19, 8], steps);
        double[] windows = [29.0, 28.5, 28.69, 26.64];
        for (var w = 0; w < 4; w++)
            Assert.Equal(windows[w], steps[w] * perStep[w], 1e-9);
    }

    [Theory]
    [InlineData(1, new[] { 50, 25, 5, 1 })] // 29 / 58 and the like are whole in spite of rounding
    [InlineData(9, new[] { 50, 25, 9, 9 })]
    [InlineData(90, new[] { 50, 50, 50, 50 })]
    public void There_is_a_least_number_of_steps(int least, int[] expected) =>
        Assert.Equal(expected, Jobs.DynamicSteps(50, least, [29, 58, 290, 2900]));

    [Fact]
    public void Where_nothing_takes_time_all_make_the_same_steps() =>
        Assert.Equal([7, 7], Jobs.DynamicSteps(7, 1, [0, 0]));
}
