using AsyncOpt.Core.Methods.LocalTraining;

namespace AsyncOpt.Core.Tests.Methods.LocalTraining;

public class PolynomialStalenessTests
{
    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(3, 0.5)]
    [InlineData(15, 0.25)]
    public void Falls_with_the_root_by_default(long staleness, double weight) =>
        Assert.Equal(weight, new PolynomialStaleness(new()).Weight(staleness), 1e-15);

    [Fact]
    public void Drops_what_is_staler_than_the_threshold()
    {
        var rule = new PolynomialStaleness(new() { Power = 1, Threshold = 10 });

        Assert.Equal(1.0 / 11, rule.Weight(10), 1e-15);
        Assert.Equal(0, rule.Weight(11));
    }
}
