using System.Globalization;

namespace AsyncOpt.Figures.Tests;

public class TicksTests
{
    public static TheoryData<double, double, bool> Axes
    {
        get
        {
            var data = new TheoryData<double, double, bool>();
            foreach (var low in new[] { 0, 1e-12, 1.7e-6, 0.03, 0.93, 1, 3.3, 123, 7e4, 2e9 })
            {
                foreach (var factor in new[] { 1.0004, 1.07, 1.9, 4, 30, 900, 1e5, 1e13 })
                {
                    data.Add(low, low == 0 ? factor : low * factor, false);
                    if (low > 0)
                        data.Add(low, low * factor, true);
                }
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Axes))]
    public void An_axis_has_two_to_nine_labels_within_it_that_tell_its_values(double low, double high, bool isLog)
    {
        var ticks = new Axis("", low, high, isLog).Ticks();
        var labelled = ticks.Where(t => t.Label.Length > 0).ToList();

        Assert.InRange(labelled.Count, 2, 9);
        Assert.All(ticks, t => Assert.InRange(t.Value, low - (1e-9 * (high - low)), high * (1 + 1e-9)));
        Assert.Equal(labelled.Count, labelled.Select(t => t.Label).Distinct().Count());
        Assert.All(labelled, t => Assert.Equal(t.Value, Read(t.Label), 1e-3 * Math.Max(Math.Abs(t.Value), 1e-300)));
    }

    [Fact]
    public void Labels_are_round()
    {
        Assert.Equal(["0", "5", "10", "15", "20"], Labels(0, 20, false));
        Assert.Equal(["0", "20k", "40k", "60k", "80k", "100k"], Labels(0, 100_000, false));
        Assert.Equal(["0.001", "0.01", "0.1", "1"], Labels(1e-3, 2, true));
        Assert.Equal(["1", "2", "5"], Labels(0.9, 8, true));
        Assert.Equal(["1e-10", "1e-8", "1e-6", "1e-4", "0.01", "1"], Labels(1e-10, 10, true));
    }

    static IEnumerable<string> Labels(double low, double high, bool isLog) =>
        new Axis("", low, high, isLog).Ticks().Select(t => t.Label).Where(l => l.Length > 0);

    static double Read(string label)
    {
        var rank = "kMGT".IndexOf(label[^1], StringComparison.Ordinal);
        return double.Parse(rank < 0 ? label : label[..^1], NumberStyles.Float, CultureInfo.InvariantCulture)
            * Math.Pow(1000, rank + 1);
    }
}
