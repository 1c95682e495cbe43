using AsyncOpt.Core.Methods.LocalTraining;
using AsyncOpt.Core.Optimizers;

namespace AsyncOpt.Simulation.Tests.Methods.LocalTraining;

public class MixingRuleTests
{
    /// <summary>The distance to a model that comes again and again shrinks by 1 - a each time.</summary>
    [Fact]
    public void Approaches_a_model_geometrically()
    {
        var path = RuleProbe.Path(new MixingRule(), new Sgd(), 0.6, 4, [8, 8, 8, 8], weight: 0.5);
        for (var t = 0; t < 4; t++)
            Assert.Equal(8 * (1 - Math.Pow(0.7, t + 1)), path[t], 1e-13);
    }

    [Fact]
    public void At_share_one_the_model_is_the_last_that_came() =>
        Assert.Equal([0.1, -7.3, 1e-9], RuleProbe.Path(new MixingRule(), new Sgd(), 1, 4, [0.1, -7.3, 1e-9]));

    [Fact]
    public void Refuses_momentum_and_corrections()
    {
        Assert.Single(new MixingRule().Violations(new Nesterov(new()), new NoStalenessRule()));
        Assert.Single(new MixingRule().Violations(new Sgd(), new DelayCompensation(new())));
        Assert.Empty(new MixingRule().Violations(new Sgd(), new PolynomialStaleness(new())));
    }
}
