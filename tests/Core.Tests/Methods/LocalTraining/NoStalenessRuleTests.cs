using AsyncOpt.Core.Methods.LocalTraining;

namespace AsyncOpt.Core.Tests.Methods.LocalTraining;

public class NoStalenessRuleTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1_000_000)]
    public void Changes_nothing(long staleness)
    {
        Assert.Equal(1, new NoStalenessRule().Weight(staleness));
        Assert.False(new NoStalenessRule().Corrects);
    }
}
