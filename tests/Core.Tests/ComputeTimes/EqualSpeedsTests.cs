using AsyncOpt.Core.ComputeTimes;

namespace AsyncOpt.Core.Tests.ComputeTimes;

public class EqualSpeedsTests
{
    [Fact]
    public void Gives_every_place_the_factor_one() =>
        Assert.Equal([1, 1, 1], new EqualSpeeds().Factors(new SpeedContext(3, 1, name => name)));
}
