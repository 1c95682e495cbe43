using AsyncOpt.Core.Methods.LocalTraining;

namespace AsyncOpt.Core.Tests.Methods.LocalTraining;

public class HingeStalenessTests
{
    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(4, 1.0)]
    [InlineData(5, 1.0 / 11)]
    [InlineData(14, 1.0 / 101)]
    public void Counts_fully_up_to_the_threshold(long staleness, double weight) =>
        Assert.Equal(weight, new HingeStaleness(new()).Weight(staleness), 1e-15);
}
