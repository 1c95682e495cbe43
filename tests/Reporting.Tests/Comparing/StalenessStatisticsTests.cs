using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting.Comparing;

namespace AsyncOpt.Reporting.Tests.Comparing;

public sealed class StalenessStatisticsTests
{
    [Fact]
    public void The_distance_of_equal_distributions_is_0_however_many_updates_they_hold() =>
        Assert.Equal(0, StalenessStatistics.Distance(Of([1, 2, 1]), Of([10, 20, 10])));

    [Fact]
    public void The_distance_of_disjoint_distributions_is_1() =>
        Assert.Equal(1, StalenessStatistics.Distance(Of([3, 4]), Of([0, 0, 5, 1])));

    // p = (1/2, 1/4, 1/4), q = (1/4, 1/4, 0, 1/2): (1/4 + 0 + 1/4 + 1/2) / 2 = 1/2.
    [Fact]
    public void A_distance_in_between_is_that_of_pencil_and_paper()
    {
        Assert.Equal(0.5, StalenessStatistics.Distance(Of([2, 1, 1]), Of([1, 1, 0, 2])));
        Assert.Equal(0.5, StalenessStatistics.Distance(Of([1, 1, 0, 2]), Of([2, 1, 1])));
    }

    // p = (1/2, 0) and 1/2 beyond, q = (1/4, 1/4) and 1/2 beyond: (1/4 + 1/4 + 0) / 2.
    [Fact]
    public void What_was_not_counted_one_by_one_is_a_value_of_its_own() =>
        Assert.Equal(0.25, StalenessStatistics.Distance(Of([2, 0], over: 2), Of([1, 1], over: 2)));

    // Beyond 1 lie 2 of 4 in the one, and 1 + 1 of 4 in the other, which told them apart.
    [Fact]
    public void Beyond_the_lesser_bound_all_is_put_together() =>
        Assert.Equal(0, StalenessStatistics.Distance(Of([1, 1], over: 2), Of([1, 1, 1, 1])));

    [Fact]
    public void Without_updates_there_is_no_distance() =>
        Assert.Equal(double.NaN, StalenessStatistics.Distance(Of([]), Of([1])));

    [Theory]
    [InlineData(0.1, 0)]
    [InlineData(0.4, 0)]
    [InlineData(0.41, 2)]
    [InlineData(0.5, 2)]
    [InlineData(0.9, 2)]
    [InlineData(0.95, 3)]
    [InlineData(1, 3)]
    public void A_quantile_is_the_least_value_that_a_share_does_not_exceed(double share, long expected) =>
        Assert.Equal(expected, StalenessStatistics.Quantile(Of([4, 0, 5], over: 1), share));

    [Fact]
    public void Pooled_distributions_weigh_each_update_alike()
    {
        var pool = StalenessStatistics.Pool([Of([1, 1], over: 2), Of([0, 3, 1])]);

        Assert.Equal([1, 4, 1], pool.Counts);
        Assert.Equal((2, 8), (pool.Overflow, pool.Updates));
    }

    static StalenessRecord Of(long[] counts, long over = 0) => new(
        counts, over, counts.Length - 1, counts.Select((n, s) => (double)n * s).Sum(), counts.Sum() + over, []);
}
