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
    [InlineData(1, 1, "1 of 1 run is there")]
    [InlineData(1, 3, "1 of 3 runs is there")]
    [InlineData(2, 3, "2 of 3 runs are there")]
    public void A_part_has_the_verb_of_its_number(long part, long all, string expected) =>
        Assert.Equal(expected, Counted.Part(part, all, "run", "is there", "are there"));
}
