using AsyncOpt.Core.Methods.LocalTraining;
using AsyncOpt.Core.Optimizers;

namespace AsyncOpt.Simulation.Tests.Methods.LocalTraining;

public class ImmediateRuleTests
{
    /// <summary>Equation 5: four equal pseudo-gradients in a row move the model 6.4 times as far as their mean.</summary>
    [Fact]
    public void Momentum_multiplies_equal_updates()
    {
        const double b = 0.9, rate = 0.1, before = 2;
        double[] g = [before, 1, 1, 1, 1];
        var path = RuleProbe.Path(new ImmediateRule(), new Nesterov(new()), rate, 4, g);

        var expected = rate * ((4 + (4 * b) + (3 * b * b) + (2 * b * b * b) + (b * b * b * b))
            + (b * b * (1 + b + (b * b) + (b * b * b)) * before));
        Assert.Equal(expected, path[0] - path[4], 1e-14);
        Assert.Equal(12.144, (expected / rate) - (b * b * (1 + b + (b * b) + (b * b * b)) * before), 5e-4);
    }

    [Fact]
    public void Adam_makes_its_first_step_by_the_sign() =>
        Assert.Equal(-0.3, RuleProbe.Path(new ImmediateRule(), new Adam(new() { Epsilon = 0 }), 0.3, 4, [17])[0], 1e-15);
}
