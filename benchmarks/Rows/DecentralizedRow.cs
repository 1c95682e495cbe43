using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Benchmarks.Workloads;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Benchmarks.Rows;

/// <summary>
/// Decentralized SGD, one sample of d = 22 each: synchronous by messages, and gossip event by event, against the
/// synchronous iteration over whole arrays.
/// </summary>
static class DecentralizedRow
{
    // The fastest among 256, 1,024, 2,048, 4,096 agents.
    const int Block = 2048;

    public static IEnumerable<Comparison> Ring() =>
    [
        .. Of("ring", 1_000, 2, [Precision.Float64]),
        .. Of("ring", 10_000, 2, [Precision.Float64]),
        .. Of("ring", 100_000, 2, [Precision.Float64, Precision.Float32]).Select(c => c with { IsShort = true }),
        .. Of("ring", 1_000_000, 2, [Precision.Float64, Precision.Float32]).Select(c => c with { TurnsMax = 2 }),
    ];

    public static IEnumerable<Comparison> Regular() =>
    [
        .. Of("4-regular", 1_000, 4, [Precision.Float64]),
        .. Of("4-regular", 10_000, 4, [Precision.Float64]).Select(c => c with { IsShort = true }),
        .. Of("4-regular", 100_000, 4, [Precision.Float64]),
        .. Of("4-regular", 1_000_000, 4, [Precision.Float64]).Select(c => c with { TurnsMax = 2 }),
    ];

    static IEnumerable<Comparison> Of(string graph, int agents, int degree, Precision[] precisions)
    {
        var workload = new DecentralizedWorkload(agents, degree);
        // The design's claims are about the large ring.
        var (synchronous, gossip) = degree == 2 && agents >= 100_000 ? (1.0, 0.15) : (default(double?), default(double?));
        foreach (var precision in precisions)
        {
            var width = precision == Precision.Float64 ? "float64" : "float32";
            yield return new($"D-SGD, {graph}, {agents:N0} agents, d = 22, synchronous, {width}", "agent-steps",
                Engine(agents, () => workload.Synchronous(precision, 10_000_000)),
                Numpy(agents, degree, width, synchronous));
            yield return new($"gossip (ad-psgd), {graph}, {agents:N0} agents, d = 22, {width}", "agent-steps",
                Engine(agents, () => workload.Gossip(precision, 300_000)),
                Numpy(agents, degree, width, gossip));
        }
    }

    // A million agents make so many steps before the clock starts that everything is compiled by then.
    static Contender Engine(int agents, Func<Workload> workload) =>
        new("engine", () => EngineRun.Of(workload()).Rate) { WarmsUp = agents >= 1_000_000 };

    static Contender[] Numpy(int agents, int degree, string width, double? mustReach) =>
        agents > Block ? [Numpy(agents, degree, width, 0, mustReach), Numpy(agents, degree, width, Block, null)]
            : [Numpy(agents, degree, width, 0, mustReach)];

    static Contender Numpy(int agents, int degree, string width, int block, double? mustReach) => Python.Reference(
        $"vectorized numpy, synchronous, {width}, {(block == 0 ? "whole arrays" : "blocks that stay in the cache")}",
        mustReach, "dsgd.py", agents, degree, Problems.Features, width, DecentralizedWorkload.Step, Problems.Regularization, block);
}
