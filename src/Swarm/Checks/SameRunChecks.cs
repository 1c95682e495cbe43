using System.Globalization;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Simulation;
using AsyncOpt.Testing;

namespace AsyncOpt.Swarm.Checks;

/// <summary>How a run is read, cut, ordered, watched or interrupted changes nothing.</summary>
static class SameRunChecks
{
    public static void Again(World world)
    {
        SameBits.Same(world.Record, Simulator.Run(world.Plan), "once more");
        var repeated = Experiment.Parse(
            world.Arm.SpecificationOf(world.Plan, 0).ToJsonString(), "specification.json", AppContext.BaseDirectory,
            world.Options).Arms[0].Plan(0);
        SameBits.Same(world.Record, Simulator.Run(repeated with { Threads = 1, Partitions = 1 }),
            "from its specification");
    }

    public static void Partitions(World world)
    {
        foreach (var partitions in (int[])[2, 3])
            SameBits.Same(world.Record, Simulator.Run(world.Divided(partitions)), $"with {partitions} partitions");
    }

    public static void Order(World world)
    {
        var reference = world.Record;
        SameBits.Same(reference, Simulator.Run(world.Plan, new RunHooks { OneByOne = true }), "event by event");
        SameBits.Same(reference, world.Shared, "in sweeps with 2 threads");
        SameBits.Same(
            reference, Simulator.Run(world.Divided(2), new RunHooks { SweepLeast = 0 }), "in sweeps with 2 partitions");
    }

    // What rests between handlers is not in the hash: both runs let results rest.
    public static void Vectors(World world)
    {
        var staying = new RunHooks { RestingLeast = 0, OneByOne = true };
        var reference = Simulator.Run(world.Plan, staying);
        var moving = staying with { MovingLeast = 0, ParallelLeast = 0 };
        SameBits.Same(
            reference, Simulator.Run(world.Divided(2) with { Threads = 2 }, moving),
            "with long vectors, 2 threads and 2 partitions");
    }

    public static void Watched(World world)
    {
        // A target is judged on metrics.
        var plan = world.Plan with
        {
            Metrics = world.Plan.Stop.Target is { Stop: true },
            TimelineAgents = 0,
            LogUpdates = true,
            Diagnostics = [],
            EventMetrics = [],
        };
        // What diverges is found by metrics, too.
        if (world.Record.Outcome == Outcome.Diverged)
            plan = plan with { Metrics = true };
        SameBits.SameHash(world.Record, Simulator.Run(plan), "without metrics and timeline and with a log");
    }

    public static void Checkpoint(World world)
    {
        var dice = new Dice(world.Plan.Seeds.Run, 0);
        var at = new VirtualTime((long)(dice.Share() * world.Record.VirtualTime));
        var (saving, loading) = (dice.Whole(1, 3), dice.Whole(1, 3));
        using var file = new MemoryStream();
        var saved = Simulator.Run(world.Divided(saving), new RunHooks { CheckpointAt = at, CheckpointTo = file });
        SameBits.Same(world.Record, saved, "with a checkpoint");
        if (file.Length == 0)
            return;
        file.Position = 0;
        var resumed = Simulator.Run(world.Divided(loading), new RunHooks { ResumeFrom = file });
        SameBits.Same(world.Record, resumed, string.Create(
            CultureInfo.InvariantCulture, $"resumed at {at.Nanoseconds} ns of {saving} partitions with {loading}"));
    }
}
