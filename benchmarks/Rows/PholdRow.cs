using AsyncOpt.Benchmarks.Loops;
using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Benchmarks.Rows;

/// <summary>PHOLD through the program interface against bare loops: what the engine itself costs.</summary>
static class PholdRow
{
    const long Events = 3_000_000;

    public static IEnumerable<Comparison> Comparisons() => 
    [
        Of(10_000, null, 0.6), Of(1_000_000, 1.5, 1.0), OnTwoCores(10_000, null), OnTwoCores(1_000_000, 1.6),
    ];

    static Comparison Of(int agents, double? mustReachQueue, double mustReachBuckets)
    {
        var warmUp = Math.Max(1_000_000L, agents);
        return new Comparison($"PHOLD, {agents:N0} agents", "events", new Contender("engine", () => Engine(agents, warmUp)),
        [
            new Contender("bare PriorityQueue loop", () => PholdLoops.PriorityQueue(agents, warmUp, Events))
            {
                MustReach = mustReachQueue,
            },
            new Contender("bare bucket loop, 32 bytes of state", () => PholdLoops.Buckets(agents, warmUp, Events))
            {
                MustReach = mustReachBuckets,
            },
        ]);
    }

    static Comparison OnTwoCores(int agents, double? mustReach)
    {
        var warmUp = Math.Max(1_000_000L, agents);
        return new Comparison(
            $"PHOLD, {agents:N0} agents, two cores", "events",
            new Contender("engine, 2 partitions", () => Engine(agents, warmUp, 2)),
            [new Contender("our own engine at P = 1", () => Engine(agents, warmUp)) { MustReach = mustReach }]);
    }

    // One message per agent and a mean delay of 1 s: as many events per virtual second as there are agents.
    static double Engine(int agents, long warmUp, int partitions = 1)
    {
        var delay = new ShiftedExponential(new() { Shift = 0.1, Mean = 0.9 });
        var plan = Plans.Of(new Phold(), agents, 1, delay) with
        {
            Topology = Topology.Complete("complete", agents),
            Partitions = partitions,
        };
        return EngineRun.Rate(
            plan, (double)warmUp / agents, (double)Events / agents, p => p.Events, threads: partitions);
    }
}
