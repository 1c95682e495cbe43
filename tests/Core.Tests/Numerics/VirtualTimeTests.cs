using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Numerics;

public sealed class VirtualTimeTests
{
    [Theory]
    [InlineData(0.0, 0)]
    [InlineData(5e-324, 1)]
    [InlineData(1e-12, 1)]
    [InlineData(1e-9, 1)]
    [InlineData(1.1e-9, 2)]
    [InlineData(0.005, 5_000_000)]
    [InlineData(0.1 + 0.2, 300_000_000)]
    [InlineData(0.57, 570_000_000)]
    [InlineData(1.0000000001, 1_000_000_001)]
    [InlineData(9e9, 9_000_000_000_000_000_000)]
    public void Seconds_round_up_to_whole_nanoseconds(double seconds, long nanoseconds) =>
        Assert.Equal(nanoseconds, VirtualTime.FromSeconds(seconds).Nanoseconds);

    [Fact]
    public void A_draw_takes_at_least_one_nanosecond()
    {
        Assert.Equal(1, VirtualTime.FromDraw(0).Nanoseconds);
        Assert.Equal(2_000_000_000, VirtualTime.FromDraw(2).Nanoseconds);
    }

    [Fact]
    public void Rounding_keeps_the_order()
    {
        var sequence = new DrawSequence(1, Purpose.None);
        for (var i = 0; i < 10_000; i++)
        {
            var near = (1 + sequence.Below(1_000_000_000)) * 1e-9;
            var times = new[] { Math.BitDecrement(near), near, Math.BitIncrement(near), near * (1 + 1e-15) }
                .Select(s => VirtualTime.FromSeconds(s)).ToArray();
            Assert.Equal(times.Order(), times);
        }
    }

    [Theory]
    [InlineData(-1e-12)]
    [InlineData(double.NaN)]
    [InlineData(9.3e9)]
    [InlineData(double.PositiveInfinity)]
    public void Refuses_what_no_virtual_time_can_hold(double seconds) =>
        Assert.Throws<InputException>(() => VirtualTime.FromSeconds(seconds));

    [Theory]
    [InlineData("5ms", 5_000_000)]
    [InlineData(" 2.5 s ", 2_500_000_000)]
    [InlineData("100us", 100_000)]
    [InlineData("1h", 3_600_000_000_000)]
    [InlineData("1.5m", 90_000_000_000)]
    [InlineData("3e2ns", 300)]
    [InlineData("0.1ns", 1)]
    [InlineData("0s", 0)]
    [InlineData("9223372036854775807ns", long.MaxValue)]
    [InlineData("9223372036.854775807s", long.MaxValue)]
    public void Reads_durations_with_units(string text, long nanoseconds) =>
        Assert.Equal(nanoseconds, VirtualTime.Parse(text).Nanoseconds);

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("ms")]
    [InlineData("5 parsecs")]
    [InlineData("5MS")]
    [InlineData("-1ms")]
    [InlineData("1,5s")]
    [InlineData("1e30h")]
    [InlineData("9223372036854775808ns")]
    public void Refuses_what_is_no_duration(string text)
    {
        Assert.False(VirtualTime.TryParse(text, out _));
        Assert.Contains($"'{text}'", Assert.Throws<InputException>(() => VirtualTime.Parse(text)).Message);
    }

    [Theory]
    [InlineData("5ms", 0.005)]
    [InlineData("0.3us", 0.3e-6)]
    [InlineData("7ns", 7e-9)]
    [InlineData("2h", 7200.0)]
    [InlineData("-1s", -1.0)]
    public void Reads_seconds_as_the_nearest_double(string text, double seconds)
    {
        Assert.True(VirtualTime.TryParseSeconds(text, out var actual));
        Assert.Equal(seconds, actual);
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1, "1ns")]
    [InlineData(1500, "1.5us")]
    [InlineData(5_000_000, "5ms")]
    [InlineData(1_250_000_001, "1.250000001s")]
    [InlineData(90_000_000_000, "90s")]
    [InlineData(120_000_000_000, "2m")]
    [InlineData(7_200_000_000_000, "2h")]
    [InlineData(long.MaxValue, "9223372036.854775807s")]
    public void Is_written_in_its_largest_unit_and_read_back(long nanoseconds, string text)
    {
        var time = new VirtualTime(nanoseconds);

        Assert.Equal(text, time.ToString());
        Assert.Equal(time, VirtualTime.Parse(text));
    }

    [Fact]
    public void Adds_and_compares_exactly()
    {
        var (a, b) = (new VirtualTime(long.MaxValue - 1), new VirtualTime(1));

        Assert.Equal(VirtualTime.Max, a + b);
        Assert.Equal(a, VirtualTime.Max - b);
        Assert.True(a > b && b < a && a >= b && b <= a && a.CompareTo(b) > 0);
        Assert.Throws<OverflowException>(() => VirtualTime.Max + b);
        Assert.Equal(1.5, VirtualTime.Parse("1500ms").Seconds);
    }
}
