using AsyncOpt.Core.Data;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Methods.LocalTraining;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Problems.Shardings;
using AsyncOpt.Core.Programs;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests.Methods;

/// <summary>
/// Two places with the labels {1} and {2, 6}, f_p(x) = mean (x - b)^2 / 2: one full step of size 1 takes place p to the
/// mean of its labels, 1 and 4. Their plain mean is 2.5, the mean over samples 3.
/// </summary>
public class PlaceWeightsTests
{
    sealed class Made : DataSource
    {
        public override RawData Open(DataContext context) =>
            new(new SampleTable("made", FeatureMatrix.Dense(3, 1, [1, 1, 1]), [1, 2, 6]));
    }

    static LeastSquares Problem(PlaceWeights weights) => Built(
        new LeastSquares(new() { Data = new Made(), Sharding = new ContiguousSharding(), Weights = weights }), 2);

    static Method MethodOf(string name, PlaceWeights weights) => name switch
    {
        "minibatch-sgd" => new MinibatchSgd(new() { Step = Step(1), BatchSize = 0, Weights = weights }),
        "local-sgd" => new LocalSgd(new()
        {
            Rate = Step(1), Steps = 1, BatchSize = 0, OuterRate = Step(1), Weights = weights,
        }),
        _ => new AsyncLocalSgd(new()
        {
            Rate = Step(1), Steps = 1, BatchSize = 0, OuterRate = Step(1), Weights = weights,
            Shards = ShardChoice.Own, Server = new BufferRule(new() { Size = 2 }),
        }),
    };

    [Theory]
    [InlineData("minibatch-sgd")]
    [InlineData("local-sgd")]
    [InlineData("async-local-sgd")]
    public void A_server_averages_over_places_or_over_samples(string method)
    {
        double After1s(PlaceWeights weights) =>
            Simulator.Run(PlanOf(MethodOf(method, weights), Problem(weights), 1.5)).Estimate[0];

        Assert.Equal(2.5, After1s(PlaceWeights.Equal), 1e-12);
        Assert.Equal(3, After1s(PlaceWeights.Samples), 1e-12);
    }

    [Fact]
    public void The_objective_is_the_mean_over_places_or_over_samples()
    {
        // At 3: losses 2, 1/2 and 9/2.
        Assert.Equal((2 + (0.5 + 4.5) / 2) / 2, Problem(PlaceWeights.Equal).Objective([3], []), 1e-12);
        double[] gradient = [0];
        Assert.Equal((2 + 0.5 + 4.5) / 3, Problem(PlaceWeights.Samples).Objective([3], gradient), 1e-12);
        Assert.Equal(0, gradient[0], 1e-12);
    }
}
