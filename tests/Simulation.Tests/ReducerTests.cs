using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests;

/// <summary>Reductions over all agents, by consensus-based optimization, which needs one in every step.</summary>
public class ReducerTests
{
    const int Particles = 5;

    // A start takes 1 s; a round takes 1 s for the energy, 0.1 s each way, and the reducer's time.
    static RunPlan Plan(Consensus method, double time, int particles = Particles) => Plans.Of(
        method, particles, time, new Core.Laws.Constant(new() { Value = 0.1 }), new Consensus.Bowl(particles));

    static double[][] Starts(int particles = Particles) =>
        [.. Enumerable.Range(0, particles).Select(Consensus.Bowl.PointOf)];

    static double[] Mean(double[][] x, Func<double[], double>? weight = null)
    {
        var weights = x.Select(weight ?? (_ => 1.0)).ToArray();
        return [.. Enumerable.Range(0, x[0].Length).Select(
            k => x.Select((row, i) => weights[i] * row[k]).Sum() / weights.Sum())];
    }

    static void AssertEqual(double[] expected, double[] actual)
    {
        for (var k = 0; k < expected.Length; k++)
            Assert.Equal(expected[k], actual[k], 1e-12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2.5)]
    [InlineData(40)]
    public void The_weighted_mean_is_that_of_a_plain_loop(double alpha)
    {
        var record = Simulator.Run(Plan(new(Reduction.WeightedMean, 0.25) { Alpha = alpha }, time: 10));

        var (x, rounds) = (Starts(), 7); // 1 + 7 * 1.2 = 9.4 s
        for (var n = 0; n < rounds; n++)
        {
            var least = x.Min(p => Consensus.Bowl.EnergyOf(p));
            var v = Mean(x, p => Math.Exp(-alpha * (Consensus.Bowl.EnergyOf(p) - least)));
            x = [.. x.Select(p => p.Select((c, k) => c + (0.25 * (v[k] - c))).ToArray())];
        }
        Assert.Equal(rounds * Particles, record.Counts.Updates);
        AssertEqual(Mean(x), record.Estimate);
    }

    [Fact]
    public void Without_weights_the_mean_stays_and_the_distance_to_it_shrinks_by_one_minus_the_drift()
    {
        var record = Simulator.Run(Plan(new(Reduction.WeightedMean, 0.25), time: 10));

        var mean = Mean(Starts());
        var square = Starts().Sum(p => p.Zip(mean, (a, b) => (a - b) * (a - b)).Sum()) / Particles;
        AssertEqual(mean, record.Estimate);
        var distance = record.Metrics.Last(m => m.Metric == MetricNames.ConsensusDistance).Value;
        Assert.Equal(square * Math.Pow(0.75, 14), distance, 1e-12);
    }

    [Fact]
    public void The_least_is_that_of_the_least_energy()
    {
        var record = Simulator.Run(Plan(new(Reduction.Least, 1), time: 2.3));

        // All are where the best was, exactly.
        Assert.Equal(Starts().MinBy(p => Consensus.Bowl.EnergyOf(p)), record.Estimate);
        Assert.Equal(0, record.Metrics.Last(m => m.Metric == MetricNames.ConsensusDistance).Value);
    }

    [Fact]
    public void The_sum_of_many_is_the_same_in_any_order_of_arrival()
    {
        // More than two blocks of the sum; a round ends by 2.4 s, the next one not before 3.2 s.
        const int Many = 2500;
        var plan = Plan(new(Reduction.Sum, 1), time: 3.1, particles: Many);
        plan = plan with
        {
            Links = new(new Plans.LawDelay(new Core.Laws.Uniform(new() { Low = 0.1, High = 0.2 }))),
        };

        var (record, other) = (Simulator.Run(plan), Simulator.Run(plan with { Seeds = Seeds.Of(8) }));

        Assert.NotEqual(record.Hash, other.Hash);
        Assert.Equal(record.Estimate, other.Estimate);
        for (var k = 0; k < 3; k++)
        {
            var sum = Starts(Many).Sum(p => p[k]);
            Assert.Equal(1, record.Estimate[k] / sum, 1e-13);
        }
    }

    [Theory]
    [InlineData(0, 7)]
    [InlineData(0.5, 5)] // 1 + 5 * 1.7 = 9.5 s
    public void A_round_takes_the_links_and_the_reducers_time(double reducing, int rounds)
    {
        var method = new Consensus(Reduction.WeightedMean, 0.25) { Time = VirtualTime.FromSeconds(reducing) };

        Assert.Equal(rounds * Particles, Simulator.Run(Plan(method, time: 10)).Counts.Updates);
    }

    [Theory]
    [InlineData(Answers.All)]
    [InlineData(Answers.Each)]
    public void Any_partitions_and_a_checkpoint_come_to_the_same(Answers answers)
    {
        var plan = Plan(new(Reduction.WeightedMean, 0.25) { Alpha = 3, Answers = answers }, time: 30) with
        {
            Compute = new(VirtualTime.FromSeconds(0.7), VirtualTime.Zero, [1, 1.3, 1.9, 2.3, 5.1]),
        };
        var reference = Simulator.Run(plan);
        using var file = new MemoryStream();
        Simulator.Run(plan, new() { CheckpointAt = Seconds(10), CheckpointTo = file });
        file.Position = 0;
        var cut = plan with { Partitions = 3, ForcePartitions = true };

        SameRun.Assert(reference, Simulator.Run(cut));
        Assert.Equal(reference.Hash, Simulator.Run(cut, new() { ResumeFrom = file }).Hash);
        // All wait for the slowest, or none does.
        var updates = reference.Staleness.AgentMeans.Select(a => a.Updates).ToList();
        Assert.Equal(Particles, updates.Count);
        Assert.Equal(answers == Answers.All, updates.Max() == updates.Min());
    }

    [Fact]
    public void What_comes_twice_counts_once()
    {
        var plan = Plan(new(Reduction.WeightedMean, 0.25) { Alpha = 3 }, time: 10);
        var twice = Simulator.Run(plan with { Faults = [new DuplicateFault(new() { Probability = 0.5 })] });

        Assert.True(twice.Counts.Duplicated > 10);
        Assert.Equal(Simulator.Run(plan).Estimate, twice.Estimate);
    }

    [Fact]
    public void Who_waits_for_whom_is_said_where_a_contribution_is_lost()
    {
        var plan = Plan(new(Reduction.Sum, 0.25), time: 100);
        var record = Simulator.Run(plan with { Faults = [new DropFault(new() { Probability = 0.1 })] });

        Assert.Equal(Outcome.Stalled, record.Outcome);
        Assert.Contains("reducer waits for", record.Reason, StringComparison.Ordinal);
    }
}
