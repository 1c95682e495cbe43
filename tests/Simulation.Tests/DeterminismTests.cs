using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests;

public class DeterminismTests
{
    static ShiftedExponential Delay => new(new ShiftedExponential.Options { Shift = 0.1, Mean = 0.9 });

    static RunPlan Phold(Law delay) =>
        Plans.Of(new Phold(messagesPerAgent: 2), 210, 20, delay) with { Topology = Topology.Complete("complete", 210) };

    [Fact]
    public void The_hash_does_not_depend_on_the_number_of_partitions()
    {
        var one = Simulator.Run(Phold(Delay));
        Assert.True(one.Counts.Events > 5_000);

        foreach (var (partitions, threads) in ((int, int)[])[(2, 1), (2, 2), (3, 2), (7, 2), (7, 7)])
        {
            var more = Simulator.Run(Phold(Delay) with { Partitions = partitions, Threads = threads });

            Assert.Equal(partitions, more.Partitions);
            Assert.Equal(threads, more.Threads);
            Assert.True(more.Counts.Windows > 50);
            Assert.Equal(one.Hash, more.Hash);
            Assert.Equal(one.Counts.Events, more.Counts.Events);
        }
    }

    [Fact]
    public void Without_a_floor_there_is_one_partition_unless_it_is_forced_and_the_hash_is_the_same()
    {
        var delay = new ShiftedExponential(new ShiftedExponential.Options { Mean = 1 });
        var one = Simulator.Run(Phold(delay));

        var fallback = Simulator.Run(Phold(delay) with { Partitions = 3 });
        var forced = Simulator.Run(Phold(delay) with { Partitions = 3, ForcePartitions = true });

        Assert.Equal(1, fallback.Partitions);
        Assert.Contains("one partition", Assert.Single(fallback.Warnings), StringComparison.Ordinal);
        Assert.Equal(3, forced.Partitions);
        Assert.Equal(one.Hash, fallback.Hash);
        Assert.Equal(one.Hash, forced.Hash);
    }

    [Fact]
    public void Another_seed_or_delay_gives_another_hash()
    {
        var hashes = new[]
        {
            Phold(Delay),
            Phold(Delay) with { Seeds = Seeds.Of(8) },
            Phold(new ShiftedExponential(new ShiftedExponential.Options { Shift = 0.1, Mean = 0.900001 })),
        }.Select(plan => Simulator.Run(plan).Hash).ToArray();

        Assert.Equal(3, hashes.Distinct().Count());
    }

    [Fact]
    public void A_finer_sampling_changes_nothing()
    {
        Assert.Equal(Simulator.Run(Phold(Delay)).Hash, Simulator.Run(Phold(Delay) with { SampleEvery = Seconds(0.37) }).Hash);
    }

    [Fact]
    public void Events_in_the_steady_state_allocate_nothing()
    {
        // Two runs that differ only in length: what the longer one allocates more is per event. The timeline is
        // bounded, not constant, so it is left out.
        static RunPlan Lasting(double time) =>
            Phold(Delay) with { SampleEvery = Seconds(time), Stop = new StopRules { Time = Seconds(time) }, TimelineAgents = 0 };
        static long AllocatedBy(double time)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Simulator.Run(Lasting(time));
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        AllocatedBy(20);

        var (once, tenfold) = (AllocatedBy(20), AllocatedBy(200));

        // 75,000 events more. Pools may grow once more where the longer run has a higher peak; an allocation per event,
        // however small, would be over a million bytes.
        Assert.InRange(tenfold - once, -7_500, 7_500);
    }
}
