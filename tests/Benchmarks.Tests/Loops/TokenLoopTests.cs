using AsyncOpt.Benchmarks.Loops;
using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Benchmarks.Workloads;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Simulation;

namespace AsyncOpt.Benchmarks.Tests.Loops;

public class TokenLoopTests
{
    static readonly TokenWorkload Workload = new(new BarabasiAlbertTopology(new() { Nodes = 40, EdgesPerNode = 2 }));

    [Fact]
    public void With_the_draws_of_the_engine_the_loop_makes_the_run_of_the_engine()
    {
        var (record, seed) = Engine(Workload.Simple(1));
        using var loop = Workload.SimpleByHand(new KeyedGuarantees(seed));

        AssertSame(record, loop);
    }

    [Fact]
    public void The_loops_of_the_self_repellent_walk_make_it_too()
    {
        var (record, seed) = Engine(Workload.SelfRepellent(1));
        using var loop = Workload.SelfRepellentByHand(new KeyedGuarantees(seed));
        using var tuned = Workload.TunedByHand(new KeyedGuarantees(seed));

        AssertSame(record, loop);
        AssertSame(record, tuned);
    }

    [Fact]
    public void Without_them_it_visits_nodes_as_often()
    {
        var (topology, steps) = (Workload.Topology, 400_000);
        using var simple = Workload.SimpleByHand(new NoGuarantees(5));
        using var repellent = Workload.SelfRepellentByHand(new NoGuarantees(5));
        using var tuned = Workload.TunedByHand(new NoGuarantees(5));

        // In proportion to degrees, and uniformly: both far from each other in this graph.
        AssertVisits(node => (double)topology.OutDegree(node) / topology.Edges, simple, steps, 0.02);
        AssertVisits(_ => 1.0 / topology.Nodes, repellent, steps, 0.005);
        AssertVisits(_ => 1.0 / topology.Nodes, tuned, steps, 0.005);
    }

    // The engine may have handled the arrival after the last update.
    static void AssertSame<TWalk>(RunRecord record, TokenLoop<TWalk, KeyedGuarantees> loop)
        where TWalk : struct, ITokenWalk
    {
        loop.Run(record.Counts.Updates);

        Assert.True(loop.Steps > 1000);
        Assert.InRange(record.Counts.Messages - loop.Moves, 0, 1);
        Assert.InRange(record.Counts.Events - loop.Steps - loop.Moves, 0, 1);
        for (var k = 0; k < loop.Theta.Length; k++)
            Assert.Equal(record.Estimate[k], loop.Theta[k], 1e-12);
        Assert.NotEqual(0UL, loop.Chain);
    }

    static void AssertVisits<TWalk>(
        Func<int, double> share, TokenLoop<TWalk, NoGuarantees> loop, int steps, double apart)
        where TWalk : struct, ITokenWalk
    {
        var visits = new int[Workload.Topology.Nodes];
        for (var n = 0; n < steps; n++)
        {
            loop.Run(1);
            visits[loop.Node]++;
        }

        Assert.InRange(visits.Index().Sum(v => Math.Abs(((double)v.Item / steps) - share(v.Index))) / 2, 0, apart);
    }

    static (RunRecord Record, ulong Seed) Engine(Workload workload)
    {
        var end = VirtualTime.FromSeconds(4);
        var plan = workload.Plan with { SampleEvery = end, Stop = new StopRules { Time = end }, Metrics = false };
        return (Simulator.Run(plan), plan.Seeds.Run);
    }
}
