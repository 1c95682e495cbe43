using AsyncOpt.Core.Metrics;

namespace AsyncOpt.Core.Tests.Metrics;

public class StalenessMetricTests
{
    static readonly StalenessMetric Metric = new(new() { Quantiles = [0.25, 0.5, 0.999] });

    static readonly int Sums = Metric.SumsOf(null!, null!);

    [Fact]
    public void Mean_quantiles_and_maximum_are_those_of_the_sorted_updates()
    {
        long[] updates = [3, 0, 127, 9, 9, 1, 64];

        var values = Of(updates);

        long[] sorted = [.. updates.Order()];
        Assert.Equal(updates.Average(), values["staleness-mean"]);
        Assert.Equal(sorted[1], values["staleness-p25"]); // a quarter of 7 updates: the second is the first to hold it
        Assert.Equal(sorted[3], values["staleness-p50"]);
        Assert.Equal(sorted[^1], values["staleness-p99.9"]);
        Assert.Equal(127, values["staleness-max"]);
    }

    [Fact]
    public void Great_staleness_is_at_most_a_64th_below_the_true_one()
    {
        foreach (var staleness in (long[])[128, 129, 255, 256, 1000, 65_535, 65_536, 123_456_789, long.MaxValue])
        {
            var shown = Of([staleness])["staleness-max"];

            Assert.InRange(shown, staleness * (1 - (1.0 / 64)), staleness);
        }
    }

    [Fact]
    public void Classes_follow_each_other_without_a_gap()
    {
        // Each update is in a class of those before it, or begins the next one with its own value.
        var last = -1L;
        for (var staleness = 0L; staleness < 5000; staleness++)
        {
            var shown = (long)Of([staleness])["staleness-max"];
            Assert.True(shown == last || shown == staleness, $"{staleness} is shown as {shown} after {last}");
            last = shown;
        }
    }

    [Fact]
    public void Without_an_update_there_is_no_value() => Assert.Empty(Of([]));

    [Fact]
    public void A_quantile_twice_is_refused() =>
        Assert.Single(new StalenessMetric.Options { Quantiles = [0.5, 0.5] }.Violations());

    static Dictionary<string, double> Of(long[] updates)
    {
        var sums = new Int128[Sums];
        foreach (var staleness in updates)
            Metric.OnUpdate(new UpdateEvent { Staleness = staleness }, sums);
        var values = new Dictionary<string, double>();
        // What was before the last instant says nothing now.
        Int128[] total = [.. sums.Select(s => s + 5)];
        Metric.Evaluate(new EventSums(total, sums) { Plan = null!, Layout = null!, Time = 0 }, values.Add);
        return values;
    }
}
