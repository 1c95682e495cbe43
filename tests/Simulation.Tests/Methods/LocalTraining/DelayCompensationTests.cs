using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Methods.LocalTraining;
using AsyncOpt.Core.Runs;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests.Methods.LocalTraining;

/// <summary>Its limits; the formulas themselves are compared with a plain loop in AsyncLocalSgdTests.</summary>
public class DelayCompensationTests
{
    static RunRecord Run(StalenessRule rule, params double[] speeds)
    {
        var method = new AsyncLocalSgd(new()
        {
            Rate = Step(0.1),
            Steps = 1,
            OuterRate = Step(1),
            Shards = ShardChoice.Own,
            Staleness = rule,
        });
        return Simulator.Run(
            PlanOf(method, QuadraticOf(Targets(speeds.Length), noise: 0.5), 50.5).WithSpeeds(speeds));
    }

    [Fact]
    public void Without_lambda_nothing_is_corrected() => Assert.Equal(
        Run(new NoStalenessRule(), 1, 1.1, 1.7).Estimate,
        Run(new DelayCompensation(new() { Lambda = 0 }), 1, 1.1, 1.7).Estimate);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_not_stale_is_not_corrected(bool adaptive) => Assert.Equal(
        Run(new NoStalenessRule(), 1).Estimate,
        Run(new DelayCompensation(new() { Lambda = 5, Adaptive = adaptive }), 1).Estimate);

    [Fact]
    public void What_is_stale_is_corrected() => Assert.NotEqual(
        Run(new NoStalenessRule(), 1, 1.1, 1.7).Estimate,
        Run(new DelayCompensation(new() { Lambda = 5 }), 1, 1.1, 1.7).Estimate);
}
