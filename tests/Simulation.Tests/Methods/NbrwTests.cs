using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Topologies;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;
using static AsyncOpt.Simulation.Tests.Methods.Walks;

namespace AsyncOpt.Simulation.Tests.Methods;

public class NbrwTests
{
    [Fact]
    public void A_token_walks_like_the_plain_loop()
    {
        var plain = Visits(Scattered, 1, 2000, (at, left, _, draw) =>
        {
            var choices = Scattered.OutNeighbours(at).ToArray().Where(j => j != left).ToArray();
            var share = draw();
            return choices.Length == 0 ? left : choices[(int)(share * choices.Length)];
        });

        Assert.Equal(plain, Counts(Nbrw(), 2000.5, Scattered));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(12)]
    public void On_a_cycle_it_goes_round_and_round(int nodes)
    {
        Assert.All(Counts(Nbrw(), (7 * nodes) + 0.5, Ring(nodes)), visits => Assert.Equal(7, visits));
    }

    [Fact]
    public void It_turns_back_at_a_leaf_only()
    {
        // On a path of 4 nodes it goes from end to end: 0 1 2 3 2 1 0 1 2 3 ...; 18 steps are three ways there and back.
        var path = Graph(new GridTopology(new() { Rows = 1, Columns = 4 }));

        Assert.Equal([3.0, 6, 6, 3], Counts(Nbrw(), 18.5, path));
    }

    [Fact]
    public void It_visits_in_proportion_to_degrees_and_weights_make_that_uniform()
    {
        const int steps = 60_000;
        var counts = Counts(Nbrw(), steps + 0.5, Scattered);
        var weighted = Counts(Nbrw(reweight: true), steps + 0.5, Scattered);

        for (var i = 0; i < 12; i++)
        {
            Assert.Equal(1, counts[i] / steps * Scattered.Edges / Scattered.OutDegree(i), 0.08);
            Assert.Equal(counts[i] * Scattered.Edges / 12.0 / Scattered.OutDegree(i), weighted[i], 1e-6);
        }
    }

    [Fact]
    public void A_complete_graph_without_rows_is_no_obstacle()
    {
        var large = Complete(3000);
        Assert.False(large.HasRows);

        Assert.Empty(Nbrw().Errors(new(3000, large, null, null, 0)));
        Assert.Equal(400, Counts(Nbrw(), 400.5, large).Sum());
    }

    [Fact]
    public void Refuses_graphs_whose_links_go_one_way()
    {
        var directed = Graph(new RingTopology(new() { Nodes = 5, Directed = true }));

        Assert.Single(Nbrw().Errors(new(5, directed, null, null, 0)));
        Assert.Single(new Nbrw(new() { Step = Step(1), Start = 5 }).Errors(new(5, Ring(5), null, null, 0)));
    }
}
