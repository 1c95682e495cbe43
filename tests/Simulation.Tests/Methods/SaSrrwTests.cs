using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Theory;
using AsyncOpt.Core.Topologies;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;
using static AsyncOpt.Simulation.Tests.Methods.Walks;

namespace AsyncOpt.Simulation.Tests.Methods;

public class SaSrrwTests
{
    [Theory]
    [InlineData("srw", 0, 1)]
    [InlineData("mhrw", 0, 1)]
    [InlineData("srw", 3, 1)]
    [InlineData("mhrw", 5, 0.8)]
    [InlineData("mhrw", 20, 0.6)]
    [InlineData("lazy", 5, 0.8)]
    [InlineData("max-degree", 2, 1)]
    public void A_token_walks_like_the_plain_loop(string chain, double alpha, double a) =>
        Assert.Equal(
            Direct(Scattered, chain, alpha, a, 2000), Counts(SaSrrw(alpha, Chain(chain), a), 2000.5, Scattered));

    [Fact]
    public void Without_repellence_the_base_walk_is_taken_step_by_step()
    {
        Assert.Equal(Counts(Srw(), 3000.5, Scattered), Counts(SaSrrw(0, new SrwChain()), 3000.5, Scattered));
        Assert.Equal(Counts(Mhrw(), 3000.5, Scattered), Counts(SaSrrw(0, new MhrwChain()), 3000.5, Scattered));
    }

    [Fact]
    public void On_a_graph_of_more_links_than_weights_are_kept_for_it_walks_like_the_plain_loop()
    {
        var graph = Complete(1100);

        Assert.Equal(Direct(graph, "mhrw", 5, 0.8, 300), Counts(SaSrrw(5, new MhrwChain(), 0.8), 300.5, graph));
    }

    [Fact]
    public void Repellence_that_grows_is_that_of_the_update()
    {
        SaSrrw Growing(double max) => new(new()
        {
            Step = Step(1),
            Alpha = new GrowthSchedule(new() { Scale = 0.1, Exponent = 0.5, Max = max }),
            Start = 0,
            A = 1,
            Reweight = false,
        });
        var n = 0;
        var plain = Visits(Scattered, 1, 2000, (at, _, x, draw) =>
        {
            var alpha = Math.Min(3, 0.1 * Math.Sqrt(++n));
            var row = new double[Scattered.OutDegree(at) + 1];
            new MhrwChain().Weights(Scattered, at, row);
            int[] targets = [.. Scattered.OutNeighbours(at), at];
            var weights = row.Select((w, k) => w * Math.Pow(x[targets[k]], -alpha)).ToArray();
            return targets[WalkKernel.Sample(weights, draw())];
        });

        Assert.Equal(plain, Counts(Growing(3), 2000.5, Scattered));
        Assert.Equal(Counts(Mhrw(), 2000.5, Scattered), Counts(Growing(0), 2000.5, Scattered));
    }

    [Theory]
    [InlineData("srw")]
    [InlineData("lazy")]
    public void Weights_make_the_mean_over_the_nodes_the_target(string chain)
    {
        const int steps = 60_000;
        var method = new SaSrrw(new() { Step = Step(1), Base = Chain(chain), Alpha = Step(2), A = 1, Start = 0 });
        var weighted = Counts(method, steps + 0.5, Scattered);

        Assert.All(weighted, c => Assert.Equal(1, c / steps * 12, 0.05));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void A_metropolis_walk_visits_all_alike(double alpha)
    {
        const int steps = 60_000;
        var counts = Counts(SaSrrw(alpha, new MhrwChain()), steps + 0.5, Scattered);

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
        var method = new SaSrrw(new() { Alpha = Step(alpha), Base = new SrwChain(), A = a, B = b, Tokens = tokens });
        var record = Simulator.Run(PlanOf(method, QuadraticOf([.. h.Select(v => new[] { v })]), steps + 0.5, ring));

        Assert.Equal(tokens * steps, record.Counts.Updates);
        var variance = record.Metric("consensus-distance")[^1] * tokens / (tokens - 1);
        var expected = WalkCovariance.Of(new SrwChain(), ring).MeanSquareAfter(alpha, a, b, h, 1, steps);
        // The variance of 800 normal numbers has a standard error of 5 %; the recursion is linearized.
        Assert.Equal(1, variance / expected, 0.15);
    }

    [Fact]
    public void A_heavy_ball_follows_its_recursion()
    {
        // On a cycle of 3 with targets of two kinds the gradient depends on where the token is.
        double[] h = [-1, 3, 0.5];
        var graph = Ring(3);
        var method = new SaSrrw(new()
        {
            Update = WalkUpdate.HeavyBall,
            Base = new SrwChain(),
            Alpha = Step(2),
            A = 0.7,
            B = 0.8,
            Scale = 0.6,
            Start = 0,
        });
        var record = Simulator.Run(PlanOf(method, QuadraticOf([.. h.Select(v => new[] { v })]), 300.5, graph));

        var (theta, momentum, x, at) = (0.0, 0.0, new double[] { 1 / 3.0, 1 / 3.0, 1 / 3.0 }, 0);
        for (var n = 0; n < 300; n++)
        {
            int[] targets = [.. graph.OutNeighbours(at)];
            var weights = targets.Select(j => Math.Pow(x[j], -2)).ToArray();
            var share = new Core.Numerics.Draw(Seed, Core.Numerics.Purpose.Program, 0, (ulong)n).Uniform();
            at = targets[share * weights.Sum() < weights[0] ? 0 : 1];
            for (var j = 0; j < 3; j++)
                x[j] += Math.Pow(n + 2, -0.7) * ((j == at ? 1 : 0) - x[j]);
            var beta = 0.6 * Math.Pow(n + 2, -0.8);
            (theta, momentum) = (theta - (beta * momentum), momentum + (beta * (theta - h[at] - momentum)));
        }
        Assert.Equal(theta, record.Estimate[0], 1e-12);
        Assert.NotEqual(theta, Simulator.Run(PlanOf(
            SaSrrw(2, new SrwChain()), QuadraticOf([.. h.Select(v => new[] { v })]), 300.5, graph)).Estimate[0], 1e-3);
    }

    [Fact]
    public void Refuses_graphs_on_which_it_is_not_reversible()
    {
        var directed = Graph(new RingTopology(new() { Nodes = 5, Directed = true }));

        Assert.Single(SaSrrw(1, new SrwChain()).Errors(new(5, directed, null, null, 0)));
        Assert.Empty(SaSrrw(1, new SrwChain()).Errors(new(5, Ring(5), null, null, 0)));
    }

    [Fact]
    public void Step_and_exponent_exclude_each_other()
    {
        Assert.Empty(new SaSrrw.Options().Violations());
        Assert.Single(new SaSrrw.Options { Step = Step(1), B = 0.9 }.Violations());
        Assert.Single(new SaSrrw.Options { Step = Step(1), Scale = 0.9 }.Violations());
    }
}
