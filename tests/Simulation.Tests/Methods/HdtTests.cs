using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Topologies;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;
using static AsyncOpt.Simulation.Tests.Methods.Walks;

namespace AsyncOpt.Simulation.Tests.Methods;

public class HdtTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 1)]
    [InlineData(20, 0.6)]
    public void A_token_walks_like_the_plain_loop(double alpha, double a)
    {
        var plain = Visits(Scattered, a, 2000, (at, _, x, draw) =>
        {
            double d = Scattered.OutDegree(at);
            var share = draw() * d;
            var other = Scattered.OutNeighbour(at, (int)share);
            var ratio = Math.Pow(x[other] / x[at], -alpha) * d / Scattered.OutDegree(other);
            return share - (int)share < ratio ? other : at;
        });

        Assert.Equal(plain, Counts(Hdt(alpha, a), 2000.5, Scattered));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void It_visits_all_alike(double alpha)
    {
        const int steps = 60_000;

        Assert.All(
            Counts(Hdt(alpha), steps + 0.5, Scattered), c => Assert.Equal(1, c / steps * 12, alpha > 0 ? 0.03 : 0.12));
    }

    [Fact]
    public void Refuses_graphs_whose_links_go_one_way_and_two_ways_to_give_the_step()
    {
        var directed = Graph(new RingTopology(new() { Nodes = 5, Directed = true }));

        Assert.Single(Hdt(1).Errors(new(5, directed, null, null, 0)));
        Assert.Single(new Hdt.Options { Step = Step(1), B = 0.9 }.Violations());
        Assert.Empty(new Hdt.Options().Violations());
    }
}
