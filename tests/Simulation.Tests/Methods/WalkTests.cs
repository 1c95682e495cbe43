using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Theory;
using AsyncOpt.Core.Topologies;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests.Methods;

/// <summary>The tokens srw, mhrw, sa-srrw. With step 1 on the counting problem the parameters count visits.</summary>
public class WalkTests
{
    static readonly Topology Scattered = Graph(new BarabasiAlbertTopology(new() { Nodes = 12, EdgesPerNode = 2 }));

    static double[] Counts(Method method, double time, Topology graph) =>
        Simulator.Run(PlanOf(method, new CountingProblem(graph.Nodes), time, graph)).Estimate;

    static Srw Srw(bool reweight = false) => new(new() { Step = Step(1), Start = 0, Reweight = reweight });

    static Mhrw Mhrw() => new(new() { Step = Step(1), Start = 0 });

    static SaSrrw SaSrrw(double alpha, WalkBase walk, double a = 1) => new(new()
    {
        Step = Step(1),
        Alpha = alpha,
        Base = walk,
        A = a,
        Start = 0,
        Reweight = false,
    });

    /// <summary>The walk written down plainly, with the same uniform numbers.</summary>
    static double[] Direct(Topology graph, WalkBase walk, double alpha, double a, int start, int steps)
    {
        var n = graph.Nodes;
        double degrees = Enumerable.Range(0, n).Sum(graph.OutDegree);
        double Mu(int i) => walk == WalkBase.Mhrw ? 1.0 / n : graph.OutDegree(i) / degrees;
        var x = Enumerable.Repeat(1.0 / n, n).ToArray();
        var counts = new double[n];
        var at = start;
        for (var step = 1; step <= steps; step++)
        {
            var d = graph.OutDegree(at);
            var targets = graph.OutNeighbours(at).ToArray().Append(at).ToArray();
            double P(int j) => walk == WalkBase.Srw ? 1.0 / d : Math.Min(1.0 / d, 1.0 / graph.OutDegree(j));
            var p = targets[..^1].Select(P).ToArray();
            p = [.. p, walk == WalkBase.Srw ? 0 : 1 - p.Sum()];
            var weights = targets.Select((j, k) => p[k] * Math.Pow(x[j] / Mu(j), -alpha)).ToArray();
            var target = new Draw(Seed, Purpose.Program, 0, (ulong)(step - 1)).Uniform() * weights.Sum();
            var (sum, chosen) = (0.0, 0);
            while (chosen < weights.Length - 1 && (sum += weights[chosen]) <= target)
                chosen++;
            at = targets[chosen];
            counts[at]++;
            var gamma = Math.Pow(step + 1, -a);
            for (var j = 0; j < n; j++)
                x[j] += gamma * ((j == at ? 1 : 0) - x[j]);
        }
        return counts;
    }

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

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void A_metropolis_walk_visits_all_alike(double alpha)
    {
        const int steps = 60_000;
        var counts = Counts(SaSrrw(alpha, WalkBase.Mhrw), steps + 0.5, Scattered);

        Assert.All(counts, c => Assert.Equal(1, c / steps * 12, alpha > 0 ? 0.03 : 0.12));
    }

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
        { Stop = new() { Time = 1.5 } }).Estimate;
        var spread = First(new Srw(new() { Step = Step(1), Tokens = 3 }));
        var told = First(new Srw(new() { Step = Step(1), Tokens = 3, Start = 6 }));

        // After one step each token is next to its start; the estimate is the mean over the tokens.
        foreach (var start in new[] { 0, 4, 8 })
            Assert.Equal(1, 3 * (spread[(start + 11) % 12] + spread[start + 1]), 1e-12);
        Assert.Equal(1, told[5] + told[7], 1e-12);
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
        Method[] methods = [Srw(), Mhrw(), SaSrrw(1, WalkBase.Srw)];

        Assert.All(methods, m => Assert.Single(m.Errors(new(5, directed, null, null, 0))));
        Assert.All(methods, m => Assert.Empty(m.Errors(new(5, Ring(5), null, null, 0))));
        Assert.Single(new Srw(new() { Step = Step(1), Start = 5 }).Errors(new(5, Ring(5), null, null, 0)));
    }

    [Fact]
    public void Step_and_exponent_exclude_each_other()
    {
        Assert.Empty(new SaSrrw.Options().Violations());
        Assert.Single(new SaSrrw.Options { Step = Step(1), B = 0.9 }.Violations());
        Assert.Single(new SaSrrw.Options { Step = Step(1), Scale = 0.9 }.Violations());
    }
}
