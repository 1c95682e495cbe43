using AsyncOpt.Benchmarks.Loops;
using AsyncOpt.Benchmarks.Workloads;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation;

namespace AsyncOpt.Benchmarks.Tests.Loops;

public class AsyncSgdLoopTests
{
    const int Workers = 60;

    static readonly AsyncSgdWorkload Workload = new(Workers);

    static readonly VirtualTime End = VirtualTime.FromSeconds(0.2);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void With_the_draws_of_the_engine_the_loop_makes_the_run_of_the_engine(bool fetches)
    {
        var (record, seed) = Engine();
        using var loop = Workload.Loop(new KeyedGuarantees(seed), fetches);

        loop.Start();
        loop.Run(End.Nanoseconds);

        Assert.Equal(
            (record.Counts.Events, record.Counts.Updates, record.Staleness.Sum),
            (loop.Events, loop.Updates, loop.Staleness));
        for (var k = 0; k < loop.X.Length; k++)
            Assert.Equal(record.Estimate[k], loop.X[k], 1e-12);
        Assert.All(Enumerable.Range(0, Workers + 1), agent => Assert.NotEqual(0UL, loop.ChainOf(agent)));
    }

    [Fact]
    public void Without_them_it_makes_as_many_updates_as_stale_to_the_same_model()
    {
        var (record, _) = Engine();
        using var loop = Workload.Loop(new NoGuarantees(5), fetches: true);

        loop.Start();
        loop.Run(End.Nanoseconds);

        Assert.Equal(1, (double)loop.Events / record.Counts.Events, 0.05);
        Assert.Equal(1, (double)loop.Updates / record.Counts.Updates, 0.05);
        Assert.Equal(record.Staleness.Mean, (double)loop.Staleness / loop.Updates, 0.05 * record.Staleness.Mean);
        var (norm, difference) = (0.0, 0.0);
        for (var k = 0; k < loop.X.Length; k++)
        {
            norm += record.Estimate[k] * record.Estimate[k];
            difference += (loop.X[k] - record.Estimate[k]) * (loop.X[k] - record.Estimate[k]);
        }
        Assert.InRange(Math.Sqrt(difference / norm), 1e-6, 0.1);
    }

    static (RunRecord Record, ulong Seed) Engine()
    {
        var plan = Workload.Of(1).Plan with
        {
            SampleEvery = End,
            Stop = new StopRules { Time = End },
            Metrics = false,
        };
        return (Simulator.Run(plan), plan.Seeds.Run);
    }
}
