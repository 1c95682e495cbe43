using AsyncOpt.Client.Display;

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

    [Fact]
    public void The_most_telling_metrics_go_first()
    {
        string[] names = ["loss", "gap-worst", "gradient-norm", "test-accuracy", "gap"];

        Assert.Equal(["gap", "test-accuracy", "loss", "gap-worst"], MetricChoice.Of(names, 4));
        Assert.Equal(["gradient-norm", "gap"], MetricChoice.Of(names, 2, first: "gradient-norm"));
    }
}
