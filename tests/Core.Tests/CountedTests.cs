namespace AsyncOpt.Core.Tests;

public class CountedTests
{
    [Theory]
    [InlineData(0, "0 runs")]
    [InlineData(1, "1 run")]
    [InlineData(1234, "1234 runs")]
    public void One_is_no_several(long number, string expected) => Assert.Equal(expected, Counted.Of(number, "run"));

    [Fact]
    public void Several_may_have_a_word_of_their_own() =>
        Assert.Equal("2 entries are", Counted.Of(2, "entry is", "entries are"));

    [Theory]
    [InlineData(0.25, "0.25")]
    [InlineData(1234.5678, "1235")]
    [InlineData(7.23163e-5, "7.232e-5")]
    [InlineData(-2.2204e-16, "-2.22e-16")]
    [InlineData(1e100, "1e100")]
    [InlineData(12345.678, "1.235e4")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void A_number_has_its_digits_and_a_short_exponent(double value, string expected) =>
        Assert.Equal(expected, Counted.Digits(value, 4));

    [Theory]
    [InlineData(1, 1, "1 of 1 run is there")]
    [InlineData(1, 3, "1 of 3 runs is there")]
    [InlineData(2, 3, "2 of 3 runs are there")]
    public void A_part_has_the_verb_of_its_number(long part, long all, string expected) =>
        Assert.Equal(expected, Counted.Part(part, all, "run", "is there", "are there"));
}
