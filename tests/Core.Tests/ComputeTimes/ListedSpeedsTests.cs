using AsyncOpt.Core.ComputeTimes;

namespace AsyncOpt.Core.Tests.ComputeTimes;

public class ListedSpeedsTests
{
    static SpeedContext Context(int places) => new(places, 1, name => name);

    [Fact]
    public void Gives_each_place_its_factor() =>
        Assert.Equal([1, 2, 0.5], new ListedSpeeds(new() { Factors = [1, 2, 0.5] }).Factors(Context(3)));

    [Fact]
    public void Refuses_another_number_of_places() =>
        Assert.Throws<InputException>(() => new ListedSpeeds(new() { Factors = [1, 2] }).Factors(Context(3)));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Refuses_what_is_no_factor(double factor) =>
        Assert.Single(new ListedSpeeds.Options { Factors = [1, factor] }.Violations());
}
