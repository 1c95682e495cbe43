using AsyncOpt.Benchmarks.Loops;
using AsyncOpt.Benchmarks.Workloads;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation;

namespace AsyncOpt.Benchmarks.Tests.Loops;

public class GossipLoopTests
{
    const int Agents = 60;

    static readonly DecentralizedWorkload Workload = new(Agents, 2);

    static readonly VirtualTime End = VirtualTime.FromSeconds(0.2), Later = VirtualTime.FromSeconds(1);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void With_the_draws_of_the_engine_the_loop_makes_the_run_of_the_engine(bool fetches)
    {
        var (record, seed) = Engine(End);
        using var loop = Workload.GossipLoop(new KeyedGuarantees(seed), fetches);

        loop.Start();
        loop.Run(End.Nanoseconds);

        Assert.Equal(
            (record.Counts.Events, record.Counts.Updates, record.Staleness.Sum),
            (loop.Events, loop.Steps, loop.Staleness));
        var mean = Mean(node => loop.Point(node).ToArray());
        for (var k = 0; k < mean.Length; k++)
            Assert.Equal(record.Estimate[k], mean[k], 1e-12);
    }

    [Fact]
    public void Without_them_it_makes_as_many_steps_as_stale_to_the_same_loss()
    {
        var (record, _) = Engine(Later);
        using var loop = Workload.GossipLoop(new NoGuarantees(5), fetches: true);

        loop.Start();
        loop.Run(Later.Nanoseconds);

        // 20,000 steps: a standard error of some 1 % in the mean staleness, of less in what is counted.
        Assert.Equal(1, (double)loop.Events / record.Counts.Events, 0.05);
        Assert.Equal(1, (double)loop.Steps / record.Counts.Updates, 0.05);
        Assert.Equal(record.Staleness.Mean, (double)loop.Staleness / loop.Steps, 0.05 * record.Staleness.Mean);
        var (loss, reached) = (LossAt(record.Estimate), LossAt(Mean(node => loop.Point(node).ToArray())));
        Assert.InRange(loss, 0.01, 0.5 * Math.Log(2));
        Assert.Equal(loss, reached, 0.1 * loss);
    }

    [Fact]
    public void Without_steps_the_mean_stays_and_the_nodes_agree()
    {
        using var loop = new GossipLoop<NoGuarantees>(Workload.Problem, Agents, 0, new(3), fetches: true);
        for (var node = 0; node < Agents; node++)
            loop.Point(node).Fill(node % 7);
        var before = Mean(loop.Model)[0];

        loop.Start();
        loop.Run(End.Nanoseconds);

        Assert.Equal(before, Mean(loop.Model)[0], 1e-12);
        Assert.All(Enumerable.Range(0, Agents), node => Assert.Equal(before, loop.Model(node)[0], 0.5));
    }

    [Fact]
    public void The_chain_of_a_node_depends_on_what_it_handled()
    {
        using var loop = Workload.GossipLoop(new KeyedGuarantees(7), fetches: true);
        using var other = new GossipLoop<KeyedGuarantees>(Workload.Problem, Agents, 0.11, new(7), fetches: true);

        foreach (var run in (GossipLoop<KeyedGuarantees>[])[loop, other])
        {
            run.Start();
            run.Run(End.Nanoseconds);
        }

        Assert.Equal(loop.Events, other.Events);
        Assert.All(Enumerable.Range(0, Agents), node => Assert.NotEqual(loop.ChainOf(node), other.ChainOf(node)));
    }

    static (RunRecord Record, ulong Seed) Engine(VirtualTime end)
    {
        var plan = Workload.Gossip(Precision.Float64, 1).Plan with
        {
            SampleEvery = end,
            Stop = new StopRules { Time = end },
            Metrics = false,
        };
        return (Simulator.Run(plan), plan.Seeds.Run);
    }

    static double[] Mean(Func<int, double[]> point)
    {
        var mean = new double[Workload.Problem.Parameters];
        for (var node = 0; node < Agents; node++)
        {
            var x = point(node);
            for (var k = 0; k < mean.Length; k++)
                mean[k] += x[k] / Agents;
        }
        return mean;
    }

    static double LossAt(double[] x)
    {
        var (problem, sum) = (Workload.Problem, 0.0);
        for (var row = 0; row < Agents; row++)
        {
            var margin = 0.0;
            for (var k = 0; k < x.Length; k++)
                margin += problem.Features.Values[(row * x.Length) + k] * x[k];
            sum += Math.Log(1 + Math.Exp(-problem.Labels[row] * margin)) / Agents;
        }
        return sum + (0.5 * problem.Regularization * x.Sum(v => v * v));
    }
}
