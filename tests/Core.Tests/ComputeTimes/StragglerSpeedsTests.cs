using AsyncOpt.Core.ComputeTimes;

namespace AsyncOpt.Core.Tests.ComputeTimes;

public class StragglerSpeedsTests
{
    [Fact]
    public void Slows_one_place_down() =>
        Assert.Equal([1, 1, 10, 1],
            new StragglerSpeeds(new() { Place = 2, Factor = 10 }).Factors(new SpeedContext(4, 1, name => name)));

    [Fact]
    public void Refuses_a_place_that_is_not_there() =>
        Assert.Throws<InputException>(() =>
            new StragglerSpeeds(new() { Place = 4, Factor = 10 }).Factors(new SpeedContext(4, 1, name => name)));
}
