using System.Globalization;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation;
using AsyncOpt.Simulation.Windows;

namespace AsyncOpt.Testing;

/// <summary>How a run is cut, watched or interrupted changes none of its bits.</summary>
static class SameBits
{
    const int EventsLeast = 60;

    public static void Partitions(ContractRuns runs, string faults)
    {
        var reference = runs.Reference(faults);
        if (reference.Counts.Events <= EventsLeast)
            throw new ContractException($"its run has only {reference.Counts.Events} events, which prove little");
        foreach (var partitions in (int[])[2, 3, 7])
            Same(reference, Simulator.Run(Divided(runs.Plan(faults), partitions)), $"with {partitions} partitions");
    }

    public static void Threads(ContractRuns runs, string faults) => Same(
        runs.Reference(faults),
        Simulator.Run(runs.Plan(faults) with { Threads = 2 }, new RunHooks { ParallelLeast = 0 }), "with 2 threads");

    public static void Observers(ContractRuns runs, string faults)
    {
        var plan = runs.Plan(faults) with { Metrics = false, TimelineAgents = 0, LogUpdates = true };
        SameHash(runs.Reference(faults), Simulator.Run(plan), "without metrics and with a log of updates");
    }

    public static void OneByOne(ContractRuns runs, string faults)
    {
        foreach (var plan in (RunPlan[])[runs.Lockstep(faults), runs.Plan(faults)])
            Same(Simulator.Run(plan, new RunHooks { OneByOne = true }), Simulator.Run(plan), "in rounds");
    }

    public static void Sweeps(ContractRuns runs, string faults)
    {
        foreach (var partitions in (int[])[1, 3])
        {
            var swept = Simulator.Run(Divided(runs.Plan(faults), partitions), new RunHooks { SweepLeast = 0 });
            Same(runs.Reference(faults), swept, $"agent by agent with {partitions} partitions");
        }
    }

    public static void LongVectors(ContractRuns runs, string faults)
    {
        var staying = new RunHooks { RestingLeast = 0, OneByOne = true };
        var moving = staying with { MovingLeast = 0, ParallelLeast = 0 };
        var reference = Simulator.Run(runs.Plan(faults), staying);
        foreach (var (threads, partitions) in ((int, int)[])[(1, 1), (2, 1), (2, 2)])
        {
            var plan = Divided(runs.Plan(faults), partitions) with { Threads = threads };
            Same(
                reference, Simulator.Run(plan, moving),
                $"with long vectors, {threads} threads and {partitions} partitions");
        }
    }

    public static void Float32(ContractRuns runs, string faults)
    {
        var plan = runs.Plan(faults) with { Precision = Precision.Float32, Metrics = false };
        var divided = Simulator.Run(Divided(plan, 3) with { Threads = 2 });
        SameHash(Simulator.Run(plan), divided, "with 3 partitions and 2 threads");
    }

    public static void Checkpoints(ContractRuns runs, string faults)
    {
        foreach (var (at, saveWith, loadWith) in ((double, int, int)[])[(0.0007, 1, 3), (1.3, 3, 1), (2, 2, 7)])
        {
            var plan = runs.Plan(faults);
            using var file = new MemoryStream();
            var save = new RunHooks { CheckpointAt = VirtualTime.FromSeconds(at), CheckpointTo = file };
            Simulator.Run(Divided(plan, saveWith), save);
            file.Position = 0;
            var resumed = Simulator.Run(Divided(plan, loadWith), new RunHooks { ResumeFrom = file });
            Same(
                runs.Reference(faults), resumed,
                string.Create(CultureInfo.InvariantCulture,
                    $"resumed at {at} s of {saveWith} partitions with {loadWith}"));
        }
    }

    public static void Shards(ContractRuns runs, string faults)
    {
        var plan = runs.Plan(faults) with { LogUpdates = true };
        var reference = Simulator.Run(plan);
        foreach (var partitions in (int[])[1, 2, 3, 7])
        {
            var (divided, _) = ShardedRun.Divide(Divided(plan, partitions));
            using var shards = new ThreadedShards(divided, CancellationToken.None);
            var record = ShardedRun.Run(divided, shards, null, null, CancellationToken.None);
            Same(reference, record, $"with {partitions} shards");
            // Windows, batches and cohorts depend on the cut, and on nothing else.
            SameRun.Equal($"with {partitions} shards, the work", Simulator.Run(divided).Counts, record.Counts);
        }
    }

    public static void ShardCheckpoints(ContractRuns runs, string faults)
    {
        var every = VirtualTime.FromSeconds(0.4);
        var (plan, _) = ShardedRun.Divide(Divided(runs.Plan(faults), 3));
        var reference = Simulator.Run(plan);
        using var shards = new ThreadedShards(plan, CancellationToken.None);
        Same(reference, ShardedRun.Run(plan, shards, null, every, CancellationToken.None), "with checkpoints");
        if (reference.VirtualTime >= every.Nanoseconds && shards.Saved.Count == 0)
            throw new ContractException("no checkpoint was written");
        foreach (var checkpoint in shards.Saved)
        {
            using var others = new ThreadedShards(plan, CancellationToken.None, checkpoint);
            var resumed = ShardedRun.Run(plan, others, null, every, CancellationToken.None);
            Same(reference, resumed, $"resumed at {new VirtualTime(checkpoint.Time).Seconds} s");
        }
    }

    static RunPlan Divided(RunPlan plan, int partitions) =>
        plan with { Partitions = partitions, ForcePartitions = true };

    /// <summary>Two records are those of the same run.</summary>
    /// <param name="expected">The one.</param>
    /// <param name="actual">The other.</param>
    /// <param name="how">How the other was run, for the message.</param>
    /// <exception cref="ContractException">Something differs.</exception>
    public static void Same(RunRecord expected, RunRecord actual, string how)
    {
        try
        {
            SameRun.Assert(expected, actual);
        }
        catch (ContractException e)
        {
            throw new ContractException($"{how} {e.Message}", e);
        }
    }

    /// <summary>Two records have the same hash.</summary>
    /// <param name="expected">The one.</param>
    /// <param name="actual">The other.</param>
    /// <param name="how">How the other was run, for the message.</param>
    /// <exception cref="ContractException">The hashes differ.</exception>
    public static void SameHash(RunRecord expected, RunRecord actual, string how)
    {
        if (expected.Hash != actual.Hash)
            throw new ContractException($"{how} the hash differs: {expected.Hash:x16} and {actual.Hash:x16}");
    }
}
