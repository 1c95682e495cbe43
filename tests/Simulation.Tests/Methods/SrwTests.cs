using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Topologies;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;
using static AsyncOpt.Simulation.Tests.Methods.Walks;

namespace AsyncOpt.Simulation.Tests.Methods;

public class SrwTests
{
    [Fact]
    public void A_token_walks_like_the_plain_loop() =>
        Assert.Equal(Direct(Scattered, "srw", 0, 1, 2000), Counts(Srw(), 2000.5, Scattered));

    [Fact]
    public void A_simple_walk_visits_in_proportion_to_degrees_and_weights_make_that_uniform()
    {
        const int steps = 60_000;
        var counts = Counts(Srw(), steps + 0.5, Scattered);
        var weighted = Counts(Srw(reweight: true), steps + 0.5, Scattered);

        Assert.Equal(steps, counts.Sum());
        for (var i = 0; i < 12; i++)
        {
            Assert.Equal(1, counts[i] / steps * Scattered.Edges / Scattered.OutDegree(i), 0.08);
            Assert.Equal(1, weighted[i] / steps * 12, 0.08);
            Assert.Equal(counts[i] * Scattered.Edges / 12.0 / Scattered.OutDegree(i), weighted[i], 1e-6);
        }
    }

    [Fact]
    public void A_lost_move_is_made_again_to_the_same_node()
    {
        var plan = PlanOf(Srw(), new CountingProblem(12), 300.5, Scattered);
        var lossy = Simulator.Run(plan with { Faults = [new DropFault(new() { Probability = 0.5 })] });

        Assert.True(lossy.Counts.Lost > 100);
        Assert.Equal(Simulator.Run(plan).Estimate, lossy.Estimate); // moves take no time here
    }

    [Fact]
    public void Tokens_start_where_they_are_told_or_spread_out()
    {
        double[] First(Srw method) => Simulator.Run(PlanOf(
            method, new CountingProblem(12), 1.5, Ring(12)) with
        { Stop = new() { Time = Seconds(1.5) } }).Estimate;
        var spread = First(new Srw(new() { Step = Step(1), Tokens = 3 }));
        var told = First(new Srw(new() { Step = Step(1), Tokens = 3, Start = 6 }));

        // After one step each token is next to its start; the estimate is the mean over the tokens.
        foreach (var start in new[] { 0, 4, 8 })
            Assert.Equal(1, 3 * (spread[(start + 11) % 12] + spread[start + 1]), 1e-12);
        Assert.Equal(1, told[5] + told[7], 1e-12);
    }

    [Fact]
    public void Refuses_graphs_on_which_it_is_not_reversible()
    {
        var directed = Graph(new RingTopology(new() { Nodes = 5, Directed = true }));

        Assert.Single(Srw().Errors(new(5, directed, null, null, 0)));
        Assert.Empty(Srw().Errors(new(5, Ring(5), null, null, 0)));
        Assert.Single(new Srw(new() { Step = Step(1), Start = 5 }).Errors(new(5, Ring(5), null, null, 0)));
    }
}
