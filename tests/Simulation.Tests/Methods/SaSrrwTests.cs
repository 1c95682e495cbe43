using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Theory;
using AsyncOpt.Core.Topologies;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;
using static AsyncOpt.Simulation.Tests.Methods.Walks;

namespace AsyncOpt.Simulation.Tests.Methods;

public class SaSrrwTests
{
    [Theory]
    [InlineData(WalkBase.Srw, 0, 1)]
    [InlineData(WalkBase.Mhrw, 0, 1)]
    [InlineData(WalkBase.Srw, 3, 1)]
    [InlineData(WalkBase.Mhrw, 5, 0.8)]
    [InlineData(WalkBase.Mhrw, 20, 0.6)]
    public void A_token_walks_like_the_plain_loop(WalkBase walk, double alpha, double a) =>
        Assert.Equal(
            Direct(Scattered, walk, alpha, a, start: 0, 2000),
            Counts(SaSrrw(alpha, walk, a), 2000.5, Scattered));

    [Fact]
    public void Without_repellence_the_base_walk_is_taken_step_by_step()
    {
        Assert.Equal(Counts(Srw(), 3000.5, Scattered), Counts(SaSrrw(0, WalkBase.Srw), 3000.5, Scattered));
        Assert.Equal(Counts(Mhrw(), 3000.5, Scattered), Counts(SaSrrw(0, WalkBase.Mhrw), 3000.5, Scattered));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void A_metropolis_walk_visits_all_alike(double alpha)
    {
        const int steps = 60_000;
        var counts = Counts(SaSrrw(alpha, WalkBase.Mhrw), steps + 0.5, Scattered);

        Assert.All(counts, c => Assert.Equal(1, c / steps * 12, alpha > 0 ? 0.03 : 0.12));
    }

    [Theory]
    [InlineData(0, 0.6, 0.9)]
    [InlineData(2, 0.6, 0.9)]
    [InlineData(5, 0.6, 0.9)]
    [InlineData(2, 0.75, 0.75)]
    [InlineData(2, 1, 0.6)]
    public void The_model_varies_over_tokens_as_the_recursion_says(double alpha, double a, double b)
    {
        const int tokens = 800, steps = 1000;
        double[] h = [-2, -1, 0, 1, 2];
        var ring = Ring(5);
        var method = new SaSrrw(new() { Alpha = alpha, Base = WalkBase.Srw, A = a, B = b, Tokens = tokens });
        var record = Simulator.Run(PlanOf(method, QuadraticOf([.. h.Select(v => new[] { v })]), steps + 0.5, ring));

        Assert.Equal(tokens * steps, record.Counts.Updates);
        var variance = record.Metric("consensus-distance")[^1] * tokens / (tokens - 1);
        var expected = WalkCovariance.Of(WalkBase.Srw, ring).MeanSquareAfter(alpha, a, b, h, 1, steps);
        // The variance of 800 normal numbers has a standard error of 5 %; the recursion is linearized.
        Assert.Equal(1, variance / expected, 0.15);
    }

    [Fact]
    public void Refuses_graphs_on_which_it_is_not_reversible()
    {
        var directed = Graph(new RingTopology(new() { Nodes = 5, Directed = true }));

        Assert.Single(SaSrrw(1, WalkBase.Srw).Errors(new(5, directed, null, null, 0)));
        Assert.Empty(SaSrrw(1, WalkBase.Srw).Errors(new(5, Ring(5), null, null, 0)));
    }

    [Fact]
    public void Step_and_exponent_exclude_each_other()
    {
        Assert.Empty(new SaSrrw.Options().Violations());
        Assert.Single(new SaSrrw.Options { Step = Step(1), B = 0.9 }.Violations());
        Assert.Single(new SaSrrw.Options { Step = Step(1), Scale = 0.9 }.Violations());
    }
}
