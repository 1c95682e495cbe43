using System.Globalization;
using AsyncOpt.Core.Numerics;
using FsCheck;
using FsCheck.Fluent;

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
    [InlineData(0.0041, 4_100_000)]
    [InlineData(0.1 + 0.2, 300_000_000)]
    [InlineData(0.57, 570_000_000)]
    [InlineData(1.0000000001, 1_000_000_001)]
    [InlineData(2e9, 2_000_000_000_000_000_000)]
    [InlineData(double.PositiveInfinity, long.MaxValue / 4)]
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
                .Select(VirtualTime.FromSeconds).ToArray();
            Assert.Equal(times.Order(), times);
        }
    }

    [Theory]
    [InlineData(-1e-12)]
    [InlineData(double.NaN)]
    public void Refuses_what_no_virtual_time_can_hold(double seconds) =>
        Assert.Throws<InputException>(() => VirtualTime.FromSeconds(seconds));

    // A decimal with up to nine places of seconds, in each unit that can write it without more than nine places.
    [Fact]
    public void Every_decimal_is_read_exactly_and_printed_back_as_it_was_written() => Prop.ForAll(
        ArbMap.Default.ArbFor<long>().Filter(n => n is > 0 and < 2_000_000_000_000_000_000),
        Gen.Elements("s", "ms", "us", "ns").ToArbitrary(),
        (nanoseconds, unit) =>
        {
            var scale = unit switch { "s" => 1e9m, "ms" => 1e6m, "us" => 1e3m, _ => 1m };
            var text = (nanoseconds / scale).ToString("0.#########", CultureInfo.InvariantCulture) + unit;
            return VirtualTime.TryParse(text, out var time) && time.Nanoseconds == nanoseconds
                && VirtualTime.TryParse(time.ToString(), out var again) && again == time;
        }).QuickCheckThrowOnFailure();

    // The same for options of laws, which are doubles: to 24 days.
    [Fact]
    public void The_double_nearest_to_a_decimal_of_nine_places_is_its_whole_nanoseconds() => Prop.ForAll(
        ArbMap.Default.ArbFor<long>().Filter(n => n is > 0 and < 2_000_000_000_000_000),
        nanoseconds =>
        {
            var seconds = double.Parse(
                (nanoseconds / 1e9m).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            return VirtualTime.FromSeconds(seconds).Nanoseconds == nanoseconds;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("5ms", 5_000_000)]
    [InlineData("4.1ms", 4_100_000)]
    [InlineData(" 2.5 s ", 2_500_000_000)]
    [InlineData("2.5", 2_500_000_000)]
    [InlineData("100us", 100_000)]
    [InlineData("1h", 3_600_000_000_000)]
    [InlineData("1.5m", 90_000_000_000)]
    [InlineData("3e2ns", 300)]
    [InlineData("0.333333334s", 333_333_334)]
    [InlineData("0s", 0)]
    [InlineData("0e-40s", 0)]
    [InlineData("2305843009213693951ns", long.MaxValue / 4)]
    public void Reads_durations_with_units(string text, long nanoseconds)
    {
        Assert.True(VirtualTime.TryParse(text, out var time));
        Assert.Equal(nanoseconds, time.Nanoseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ms")]
    [InlineData("5 parsecs")]
    [InlineData("5MS")]
    [InlineData("-1ms")]
    [InlineData("1,5s")]
    [InlineData("1e30h")]
    [InlineData("1e-40s")]
    [InlineData("0.1ns")]
    [InlineData("999.5ns")]
    [InlineData("1000.1ns")]
    [InlineData("0.1234567891s")]
    [InlineData("2305843009213693952ns")]
    public void Refuses_what_is_no_duration_or_would_be_another(string text) =>
        Assert.False(VirtualTime.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1, "1ns")]
    [InlineData(1500, "1.5us")]
    [InlineData(5_000_000, "5ms")]
    [InlineData(1_250_000_001, "1.250000001s")]
    [InlineData(90_000_000_000, "90s")]
    [InlineData(120_000_000_000, "2m")]
    [InlineData(7_200_000_000_000, "2h")]
    [InlineData(long.MaxValue / 4, "2305843009.213693951s")]
    public void Is_written_in_its_largest_unit(long nanoseconds, string text) =>
        Assert.Equal(text, new VirtualTime(nanoseconds).ToString());

    [Fact]
    public void Multiples_and_parts_are_rounded_up_and_exact_where_they_can_be()
    {
        var time = new VirtualTime(1_000_000_000_000_000_001);

        Assert.Equal(time, time.Times(1));
        Assert.Equal(new VirtualTime(3), new VirtualTime(2).Times(1.01));
        Assert.Equal(new VirtualTime(4_100_000), new VirtualTime(41_000_000).Times(0.1));
        Assert.Equal(VirtualTime.Max, time.Times(10));
        Assert.Throws<InputException>(() => time.Times(-1));
        Assert.Equal(new VirtualTime(4), new VirtualTime(10).DividedBy(3));
    }

    [Fact]
    public void Adds_and_compares_exactly()
    {
        var (a, b) = (new VirtualTime(long.MaxValue - 1), new VirtualTime(1));

        Assert.Equal(long.MaxValue, (a + b).Nanoseconds);
        Assert.True(a > b && b < a && a >= b && b <= a && a.CompareTo(b) > 0);
        Assert.Throws<OverflowException>(() => a + a);
        Assert.Equal(1.5, new VirtualTime(1_500_000_000).Seconds);
    }
}
