using AsyncOpt.Core.Topologies;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;
using static AsyncOpt.Simulation.Tests.Methods.Walks;

namespace AsyncOpt.Simulation.Tests.Methods;

public class MhrwTests
{
    [Fact]
    public void A_token_walks_like_the_plain_loop() =>
        Assert.Equal(Direct(Scattered, "mhrw", 0, 1, 2000), Counts(Mhrw(), 2000.5, Scattered));

    [Fact]
    public void Staying_takes_a_computation_but_no_move()
    {
        // On a star the walk stays at a leaf with probability 3/4: moves take 10 s, computations 1 s.
        var star = Graph(new StarTopology(new() { Nodes = 5 }));
        var plan = PlanOf(Mhrw(), new CountingProblem(5), 2000.5, star).WithDelay(10);
        var record = Simulator.Run(plan);
        var moves = record.Counts.Messages;

        Assert.Equal(record.Estimate.Sum(), record.Counts.Updates);
        Assert.InRange(2000.5 - record.Counts.Updates - (10 * moves), -10, 11);
        Assert.InRange(moves, 1, record.Counts.Updates / 2);
    }

    [Fact]
    public void Refuses_graphs_on_which_it_is_not_reversible()
    {
        var directed = Graph(new RingTopology(new() { Nodes = 5, Directed = true }));

        Assert.Single(Mhrw().Errors(new(5, directed, null, null, 0)));
        Assert.Empty(Mhrw().Errors(new(5, Ring(5), null, null, 0)));
    }
}
