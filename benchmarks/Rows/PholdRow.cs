using AsyncOpt.Benchmarks.Loops;
using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Benchmarks.Workloads;

namespace AsyncOpt.Benchmarks.Rows;

/// <summary>PHOLD through the program interface against bare loops: what the engine itself costs.</summary>
static class PholdRow
{
    const long Events = 3_000_000;

    public static IEnumerable<Comparison> Comparisons() =>
    [
        OneCore(10_000, 1, null, 0.6) with { IsShort = true },
        OneCore(1_000_000, 1, 1.5, 1.0) with { IsShort = true },
        OneCore(1_000_000, 10, null, null) with { TurnsMax = 2 },
        TwoCores(10_000, 1, null),
        TwoCores(1_000_000, 1, 1.6) with { IsShort = true },
        TwoCores(1_000_000, 10, null) with { TurnsMax = 2 },
    ];

    static Comparison OneCore(int agents, int each, double? mustReachQueue, double? mustReachBuckets)
    {
        var warmUp = WarmUp(agents, each);
        return new Comparison($"PHOLD, {agents:N0} agents, {agents * each:N0} events pending", "events", Engine(agents, each, 1),
        [
            new Contender("bare PriorityQueue loop", () => PholdLoops.PriorityQueue(agents, each, warmUp, Events))
            {
                MustReach = mustReachQueue,
            },
            new Contender("bare bucket loop, 32 bytes of state", () => PholdLoops.Buckets(agents, each, warmUp, Events))
            {
                MustReach = mustReachBuckets,
            },
        ]);
    }

    static Comparison TwoCores(int agents, int each, double? mustReach) =>
        new($"PHOLD, {agents:N0} agents, {agents * each:N0} events pending, 2 cores", "events", Engine(agents, each, 2),
            [Engine(agents, each, 1) with { Name = "the engine on 1 core, 1 partition", MustReach = mustReach }]);

    static Contender Engine(int agents, int each, int cores) =>
        new("engine", () => EngineRun.Of(PholdWorkload.Of(agents, each, WarmUp(agents, each), Events, cores)).Rate)
        {
            // So many events come before the clock starts that everything is compiled by then.
            WarmsUp = each > 1,
        };

    static long WarmUp(int agents, int each) => Math.Max(1_000_000L, (long)agents * each);
}
