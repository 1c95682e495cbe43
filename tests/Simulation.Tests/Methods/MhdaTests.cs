using AsyncOpt.Core.Topologies;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;
using static AsyncOpt.Simulation.Tests.Methods.Walks;

namespace AsyncOpt.Simulation.Tests.Methods;

public class MhdaTests
{
    [Fact]
    public void A_token_walks_like_the_plain_loop()
    {
        var returns = 0;
        // As its authors write it, but that the first proposal is drawn together with its acceptance.
        var plain = Visits(Scattered, 1, 5000, (at, left, _, draw) =>
        {
            double d = Scattered.OutDegree(at);
            int[] neighbours = [.. Scattered.OutNeighbours(at)];
            var (first, share, sum) = (at, draw(), 0.0);
            foreach (var j in neighbours)
            {
                sum += Math.Min(1 / d, 1.0 / Scattered.OutDegree(j));
                if (first == at && sum > share)
                    first = j;
            }
            if (first != left || d == 1)
                return first;
            returns++;
            int[] others = [.. neighbours.Where(j => j != left)];
            var second = draw() * others.Length;
            var other = others[(int)second];
            var accept = Math.Min(1, Math.Pow(d / Scattered.OutDegree(other), 2))
                * Math.Max(1, Math.Pow(Scattered.OutDegree(left) / d, 2));
            return second - (int)second < Math.Min(1, accept) ? other : left;
        });

        Assert.Equal(plain, Counts(Mhda(), 5000.5, Scattered));
        Assert.True(returns > 500);
    }

    [Fact]
    public void It_visits_all_alike()
    {
        const int steps = 60_000;

        Assert.All(Counts(Mhda(), steps + 0.5, Scattered), c => Assert.Equal(1, c / steps * 12, 0.1));
    }

    [Fact]
    public void On_a_cycle_it_goes_round_and_round() =>
        Assert.All(Counts(Mhda(), 35.5, Ring(5)), visits => Assert.Equal(7, visits));

    [Fact]
    public void Refuses_graphs_whose_links_go_one_way()
    {
        var directed = Graph(new RingTopology(new() { Nodes = 5, Directed = true }));

        Assert.Single(Mhda().Errors(new(5, directed, null, null, 0)));
        Assert.Single(Mhda().Errors(new(3000, Complete(3000), null, null, 0)));
        Assert.Empty(Mhda().Errors(new(5, Ring(5), null, null, 0)));
    }
}
