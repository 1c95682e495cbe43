using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Topologies;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;
using static AsyncOpt.Simulation.Tests.Methods.Walks;

namespace AsyncOpt.Simulation.Tests.Methods;

public class IidTests
{
    static Iid Of(string like, bool reweight = false) =>
        new(new() { Step = Step(1), Like = Chain(like), Start = 0, Reweight = reweight });

    [Theory]
    [InlineData("mhrw")]
    [InlineData("srw")]
    public void Nodes_are_drawn_from_the_distribution_by_inversion(string like)
    {
        var plain = Visits(Scattered, 1, 3000, (_, _, _, draw) =>
        {
            var weights = Enumerable.Range(0, 12).Select(i => like == "srw" ? Scattered.OutDegree(i) : 1.0).ToArray();
            var target = draw() * weights.Sum();
            var (sum, node) = (weights[0], 0);
            while (sum <= target)
                sum += weights[++node];
            return node;
        });

        Assert.Equal(plain, Counts(Of(like), 3000.5, Scattered));
    }

    [Fact]
    public void Weights_make_the_mean_over_the_nodes_the_target()
    {
        var counts = Counts(Of("srw"), 2000.5, Scattered);
        var weighted = Counts(Of("srw", reweight: true), 2000.5, Scattered);

        for (var i = 0; i < 12; i++)
            Assert.Equal(counts[i] * Scattered.Edges / 12.0 / Scattered.OutDegree(i), weighted[i], 1e-6);
    }

    [Fact]
    public void The_error_of_the_mean_is_that_of_independent_samples()
    {
        // With steps 1/n the model is the mean of n draws: variance = spread of the targets / n.
        const int tokens = 2000, steps = 50;
        double[] h = [-2, -1, 0, 1, 2];
        var method = new Iid(new() { Step = new Core.Schedules.PowerSchedule(new() { Exponent = 1 }), Tokens = tokens });
        var problem = QuadraticOf([.. h.Select(v => new[] { v })]);
        var record = Simulator.Run(PlanOf(method, problem, steps + 0.5, Ring(5)));

        // 2000 tokens: a standard error of 3 %.
        Assert.Equal(1, record.Metric("consensus-distance")[^1] / (2.0 / steps), 0.1);
    }

    [Fact]
    public void A_draw_is_one_move_wherever_it_leads()
    {
        // On a ring of 50 most draws are no neighbours; a move takes 10 s, a gradient 1 s.
        var plan = PlanOf(Of("mhrw"), new CountingProblem(50), 1100.5, Ring(50)).WithDelay(10);
        var record = Simulator.Run(plan);

        Assert.InRange(record.Counts.Messages, 95, 105);
        Assert.InRange(record.Counts.Updates, 97, 110);
    }

    [Fact]
    public void Takes_any_graph()
    {
        var directed = Graph(new RingTopology(new() { Nodes = 5, Directed = true }));

        Assert.Empty(Of("mhrw").Errors(new(5, directed, null, null, 0)));
        Assert.Single(new Iid(new() { Step = Step(1), Start = 5 }).Errors(new(5, Ring(5), null, null, 0)));
    }
}
