using AsyncOpt.Client.Display;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting;

namespace AsyncOpt.Client.Tests;

public sealed class PrettyTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.12345, "0.1235")]
    [InlineData(0.0099996, "0.01000")]
    [InlineData(1234.56, "1235")]
    [InlineData(0.000123456, "1.235e-4")]
    [InlineData(-1.5e-12, "-1.500e-12")]
    [InlineData(12345678.9, "1.235e7")]
    [InlineData(123456, "123456")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.NegativeInfinity, "-inf")]
    public void Numbers_have_four_digits(double value, string text) => Assert.Equal(text, Pretty.Number(value));

    [Theory]
    [InlineData(9_999, "9999")]
    [InlineData(5282.8, "5283")]
    [InlineData(204.66, "204.7")]
    [InlineData(123_456, "123k")]
    [InlineData(999_999, "1.00M")]
    public void Counts_are_exact_while_they_are_small(double value, string text) =>
        Assert.Equal(text, Pretty.Count(value));

    [Theory]
    [InlineData(999, "999 B")]
    [InlineData(1_500, "1.50 kB")]
    [InlineData(7.9e6, "7.90 MB")]
    public void Bytes_go_by_thousands(double value, string text) => Assert.Equal(text, Pretty.Bytes(value));

    [Theory]
    [InlineData(1.234, "1.23 s")]
    [InlineData(75, "1 min 15 s")]
    [InlineData(7500, "2 h 05 min")]
    public void Durations_are_told_in_their_own_unit(double seconds, string text) =>
        Assert.Equal(text, Pretty.Duration(seconds));

    [Theory]
    [InlineData(0.0055, 0.0004, "0.005500 ± 0.00040")]
    [InlineData(4.6e-4, 0.0002, "4.600e-4 ± 2.0e-4")]
    [InlineData(8.7, 0.34, "8.700 ± 0.34")]
    public void An_interval_has_the_form_of_its_mean(double mean, double halfWidth, string text) =>
        Assert.Equal(text, Pretty.Of(new Interval(5, mean, 1, halfWidth)));

    [Fact]
    public void An_interval_that_is_visibly_asymmetric_is_shown_by_its_ends()
    {
        var wide = new Interval(5, 2.5e-5, 1, 2.5e-5) { Scale = Scale.Log };

        Assert.Equal("2.5e-5 [9.2e-6, 6.8e-5]", Pretty.Of(wide));
        Assert.Equal("8.700 ± 0.34", Pretty.Of(new Interval(5, 8.7, 1, 0.34) { Scale = Scale.Log }));
        Assert.Equal("2.500e-5 ± 2.5e-5", Pretty.Of(wide with { Scale = Scale.Linear }));
        Assert.Equal("0.97 [0.85, 0.99]", Pretty.Of(new Interval(5, 0.97, 1, 0.05) { Scale = Scale.Logit }));
        Assert.Equal("0.9000 ± 0.0090", Pretty.Of(new Interval(5, 0.9, 1, 0.009) { Scale = Scale.Logit }));
    }

    [Fact]
    public void Few_seeds_are_shown_by_their_range()
    {
        Assert.Equal("0.5000 to 0.5200", Pretty.Of(Interval.Of([0.52, 0.5], Scale.Logit)));
        Assert.Equal("149 kB", Pretty.Bytes(Interval.Of([149_100, 149_200], Scale.Log)));
        Assert.Equal("9000 to 12k", Pretty.Count(Interval.Of([12_000, 9_000, 10_000], Scale.Log)));
        Assert.Equal("0.5000", Pretty.Of(Interval.Of([0.5, 0.5, 0.5], Scale.Logit)));
        Assert.Equal("0.5000", Pretty.Of(Interval.Of([0.5], Scale.Logit)));
    }

    [Fact]
    public void Mean_counts_and_bytes_have_intervals_of_two_digits()
    {
        Assert.Equal("3291 ± 150", Pretty.Count(new Interval(5, 3290.7, 1, 150.3)));
        Assert.Equal("653k ± 38", Pretty.Count(new Interval(5, 652_800, 1, 38.14)));
        Assert.Equal("332 MB ± 1.2 MB", Pretty.Bytes(new Interval(5, 331.9e6, 1, 1.234e6)));
    }

    [Fact]
    public void The_most_telling_metrics_go_first()
    {
        string[] names = ["loss", "gap-worst", "gradient-norm", "test-accuracy", "gap"];

        Assert.Equal(["gap", "test-accuracy", "gap-worst", "gradient-norm"], MetricChoice.Of(names, 4)); // the loss is said
        Assert.Equal(["test-accuracy", "loss"], MetricChoice.Of(names[..1].Append("test-accuracy"), 2));
        Assert.Equal(["gradient-norm", "gap"], MetricChoice.Of(names, 2, first: "gradient-norm"));
    }
}
