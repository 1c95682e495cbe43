using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation;

namespace AsyncOpt.Contract.Tests;

/// <summary>
/// What every method of the catalogue owes, whatever it computes: the same bits for any number of partitions and
/// threads, with and without metrics, one by one or in cohorts, resumed from a checkpoint; finite values; and an end,
/// also where messages are lost or come twice, or agents crash. A new method is tested without an edit here.
/// </summary>
public class MethodContractTests
{
    /// <summary>Every method, under plain links and under faults.</summary>
    public static TheoryData<string, string> Methods =>
        [.. ContractPlans.MethodsUnder("none", "drop", "duplicate", "crash")];

    /// <summary>Every method, where nothing can keep it from going on.</summary>
    public static TheoryData<string, string> MethodsThatGoOn => [.. ContractPlans.MethodsUnder("none", "duplicate")];

    [Theory]
    [MemberData(nameof(Methods))]
    public void The_hash_is_the_same_for_any_partitions_threads_and_observers(string method, string faults)
    {
        var plan = ContractPlans.Plan(method, faults) with { Threads = 1 };
        var reference = Simulator.Run(plan);
        Assert.True(reference.Counts.Events > 60, $"only {reference.Counts.Events} events");
        RecordedBits.Check($"method {method} {faults}", reference.Hash);

        foreach (var partitions in (int[])[2, 3, 7])
        {
            var cut = Simulator.Run(plan with { Partitions = partitions, ForcePartitions = true });
            SameRun.Assert(reference, cut);
        }
        SameRun.Assert(reference, Simulator.Run(plan with { Threads = 2 }, new RunHooks { ParallelLeast = 0 }));
        Assert.Equal(reference.Hash, Simulator.Run(plan with { Metrics = false, TimelineAgents = 0, LogUpdates = true }).Hash);
        Assert.Equal(reference.Hash, Simulator.Run(plan, new RunHooks { OneByOne = true }).Hash);
        foreach (var partitions in (int[])[1, 3])
        {
            var swept = Simulator.Run(
                plan with { Partitions = partitions, ForcePartitions = true }, new RunHooks { SweepLeast = 0 });
            Assert.Equal(reference.Hash, swept.Hash);
            Assert.Equal(reference.Counts.Ties, swept.Counts.Ties);
            Assert.Equal(reference.Metrics, swept.Metrics);
            Assert.Equal((reference.Reason, reference.VirtualTime), (swept.Reason, swept.VirtualTime));
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_checkpoint_at_any_instant_goes_on_to_the_same_end(string method, string faults)
    {
        var plan = ContractPlans.Plan(method, faults);
        var reference = Simulator.Run(plan);

        foreach (var (at, saveWith, loadWith) in ((double, int, int)[])[(0.0007, 1, 3), (1.3, 3, 1), (2, 2, 7)])
        {
            using var file = new MemoryStream();
            Simulator.Run(
                plan with { Partitions = saveWith, ForcePartitions = true },
                new RunHooks { CheckpointAt = Seconds(at), CheckpointTo = file });
            file.Position = 0;

            var resumed = Simulator.Run(
                plan with { Partitions = loadWith, ForcePartitions = true }, new RunHooks { ResumeFrom = file });

            Assert.Equal(reference.Hash, resumed.Hash);
            Assert.Equal((reference.Outcome, reference.Reason), (resumed.Outcome, resumed.Reason));
            Assert.Equal(reference.VirtualTime, resumed.VirtualTime);
            Assert.Equal(reference.Metrics, resumed.Metrics);
            Assert.Equal(reference.Staleness.Counts, resumed.Staleness.Counts);
            Assert.Equal(reference.Staleness.AgentCounts, resumed.Staleness.AgentCounts);
            Assert.Equal(reference.Age, resumed.Age);
            Assert.Equal(reference.Counts.Events, resumed.Counts.Events);
            Assert.Equal(reference.Counts.Lost, resumed.Counts.Lost);
        }
    }

    /// <summary>Every method, under each kind of fault.</summary>
    public static TheoryData<string, string> Faults => [.. ContractPlans.MethodsUnder("drop", "duplicate", "crash")];

    [Theory]
    [MemberData(nameof(Faults))]
    public void Every_fault_fires_and_changes_something_or_the_run_says_that_it_did_not(string method, string faults)
    {
        var plan = ContractPlans.Plan(method, faults);
        var record = Simulator.Run(plan);
        var without = Simulator.Run(plan with { Faults = [] });

        Assert.Equal(plan.Faults.Select(f => f.Name), record.Faults.Select(f => f.Name));
        var onlyMoves = Simulator.LayOut(plan).Roles.All(r => r.Count == Count.Tokens);
        if (faults == "duplicate" && onlyMoves)
        {
            Assert.Equal(without.Hash, record.Hash);
            Assert.Equal("faults: rule 1, 'duplicate', does nothing: the agents of this method only move, and a move does "
                + "not come twice", Assert.Single(record.Warnings));
            return;
        }
        Assert.All(record.Faults, f => Assert.True(f.Fired > 0, $"'{f.Name}' never fired"));
        Assert.NotEqual(without.Hash, record.Hash);
        Assert.Empty(record.Warnings);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void The_run_comes_to_a_reasoned_end_with_finite_values(string method, string faults)
    {
        var record = Simulator.Run(ContractPlans.Plan(method, faults));

        Assert.NotEmpty(record.Reason);
        Assert.Contains(record.Outcome, (Outcome[])[Outcome.BudgetSpent, Outcome.Stalled, Outcome.Completed]);
        Assert.All(record.Estimate, value => Assert.True(double.IsFinite(value)));
        if (record.Outcome == Outcome.Stalled)
            Assert.Matches("waits? for", record.Reason);
        if (faults == "none")
            Assert.Equal(Outcome.BudgetSpent, record.Outcome);
        // Lost messages may keep an agent from ever going on, but then the run says so instead of idling.
        Assert.True(record.Counts.Updates > 0);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Float32_runs_too(string method, string faults)
    {
        var plan = ContractPlans.Plan(method, faults) with { Precision = Precision.Float32, Metrics = false };

        Assert.Equal(
            Simulator.Run(plan).Hash,
            Simulator.Run(plan with { Partitions = 3, ForcePartitions = true, Threads = 2 }).Hash);
    }

    [Theory]
    [MemberData(nameof(MethodsThatGoOn))]
    public void Events_allocate_nothing_once_pools_are_filled(string method, string faults)
    {
        // Metrics and timeline are bounded by the user's file, not by events: they are left out.
        var plan = ContractPlans.Plan(method, faults) with { Metrics = false, TimelineAgents = 0, Threads = 1 };
        (long Bytes, long Events) Cost(double time)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var record = Simulator.Run(plan with { SampleEvery = Seconds(time), Stop = new StopRules { Time = Seconds(time) } });
            return (GC.GetAllocatedBytesForCurrentThread() - before, record.Counts.Events);
        }
        Cost(5);

        var (once, manifold) = (Cost(5), Cost(60));

        var events = manifold.Events - once.Events;
        var bytes = manifold.Bytes - once.Bytes;
        // The least object is 24 bytes; a pool or a histogram may double once more.
        Assert.True(events > 3_000, $"only {events} events");
        Assert.True(bytes < 65_536 + (0.2 * events), $"{bytes} bytes for {events} events");
    }
}
