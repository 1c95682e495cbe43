using System.Globalization;
using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Tests.Data;

public sealed class NumbersTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-12", -12)]
    [InlineData("+1", 1)]
    [InlineData(".5", 0.5)]
    [InlineData("5.", 5)]
    [InlineData("1e5", 1e5)]
    [InlineData("1.5E-3", 1.5e-3)]
    [InlineData(" 1.5\t", 1.5)]
    [InlineData("0.1000000000000000055511151231257827021181583404541015625", 0.1)]
    [InlineData("1e-400", 0)]
    public void Reads(string text, double expected)
    {
        Assert.True(Numbers.TryParse(text, out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("0,5")]
    [InlineData("1,000")]
    [InlineData("1,000.5")]
    [InlineData("1_000")]
    [InlineData("1 000")]
    [InlineData("1'000")]
    [InlineData("0x1F")]
    [InlineData("1e400")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-inf")]
    [InlineData("∞")]
    [InlineData("١")]
    [InlineData("1\0")]
    [InlineData("−1")]
    [InlineData("1\u00a0")]
    [InlineData("1d")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1.2.3")]
    [InlineData("--1")]
    [InlineData(".")]
    [InlineData("e5")]
    [InlineData("(1)")]
    [InlineData("1%")]
    [InlineData("$1")]
    public void Refuses(string text) => Assert.False(Numbers.TryParse(text, out _));

    [Fact]
    public void A_decimal_comma_is_read_where_it_is_the_mark_and_nowhere_else()
    {
        Assert.True(Numbers.TryParse("-1,25e2", ',', out var value));
        Assert.Equal(-125, value);
        Assert.True(Numbers.TryParse("7", ',', out value));
        Assert.Equal(7, value);
        Assert.False(Numbers.TryParse("1.5", ',', out _));
        Assert.False(Numbers.TryParse("1.000,5", ',', out _));
        Assert.False(Numbers.TryParse("1,000,5", ',', out _));
    }

    [Fact]
    public void Every_float64_reads_back_from_its_shortest_text()
    {
        var bits = 0x9E3779B97F4A7C15UL;
        for (var i = 0; i < 10_000; i++)
        {
            bits = bits * 6364136223846793005UL + 1442695040888963407UL;
            var value = BitConverter.UInt64BitsToDouble(bits);
            if (!double.IsFinite(value))
                continue;
            Assert.True(Numbers.TryParse(value.ToString("R", CultureInfo.InvariantCulture), out var read));
            Assert.Equal(BitConverter.DoubleToInt64Bits(value), BitConverter.DoubleToInt64Bits(read));
        }
    }

    [Theory]
    [InlineData("0,5", "; decimals are written with a point: 0.5")]
    [InlineData("1,288", "; decimals are written with a point: 1.288; thousands without a mark: 1288")]
    [InlineData("1.000,5", "a decimal point, and nothing between thousands")]
    [InlineData("1,000,000", "a decimal point, and nothing between thousands")]
    [InlineData("45%", "; write a share, such as 0.25, or leave the % out in the whole column")]
    [InlineData("\u22121.09", "; its minus sign is U+2212: write - instead")]
    [InlineData("0x10", "; hexadecimal numbers are not read: write it in decimal digits")]
    [InlineData("(1.5)", "; a negative number is written with -: -1.5")]
    [InlineData("1.0D+02", "; an exponent is written with e: 1.0e+02")]
    [InlineData("2026-01-01", "; write a date as a number, such as the days since the first one")]
    [InlineData("1_000", "a decimal point, and nothing between thousands")]
    [InlineData("?", "fill in the missing value")]
    [InlineData("", "fill in the missing value")]
    [InlineData("1\u00a0", @"got '1\u00A0'")]
    [InlineData("abc", "expected a finite number, got 'abc'")]
    public void Says_what_to_do(string text, string said) => Assert.Contains(said, Numbers.Refusal(text));
}
