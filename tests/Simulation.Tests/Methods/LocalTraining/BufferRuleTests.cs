using AsyncOpt.Core.Methods.LocalTraining;
using AsyncOpt.Core.Optimizers;

namespace AsyncOpt.Simulation.Tests.Methods.LocalTraining;

public class BufferRuleTests
{
    [Fact]
    public void Steps_along_the_mean_of_every_n_updates()
    {
        var g = RuleProbe.Updates(11);
        var path = RuleProbe.Path(new BufferRule(new() { Size = 3 }), new Momentum(new()), 0.5, 4, g);

        double x = 0, u = 0;
        for (var t = 0; t < g.Length; t++)
        {
            if (t % 3 == 2)
            {
                u = (0.9 * u) + (g[(t - 2)..(t + 1)].Sum() / 3);
                x -= 0.5 * u;
            }
            Assert.Equal(x, path[t], 1e-14);
        }
    }

    [Fact]
    public void Is_as_large_as_there_are_workers_by_default()
    {
        var path = RuleProbe.Path(new BufferRule(new()), new Sgd(), 1, 4, [1, 2, 3, 6, 5]);

        Assert.Equal([0, 0, 0, -3, -3], path);
    }
}
