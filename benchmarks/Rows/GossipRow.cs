using AsyncOpt.Benchmarks.Loops;
using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Benchmarks.Workloads;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Benchmarks.Rows;

/// <summary>
/// Gossip event by event against loops by hand: without what the engine promises beside the method, and with it. What
/// the promises cost is the ratio of the two loops.
/// </summary>
static class GossipRow
{
    const long Steps = 300_000;

    // Warming up with so many agents compiles the same code.
    const int SmallAgents = 10_000;

    public static IEnumerable<Comparison> Comparisons() =>
    [
        .. Of(1_000, 0.33),
        .. Of(10_000, 0.4).Select(c => c with { IsShort = true }),
        .. Of(100_000, 0.5),
        .. Of(1_000_000, 0.6).Select(c => c with { TurnsMax = 2 }),
    ];

    static IEnumerable<Comparison> Of(int agents, double mustReach)
    {
        var workload = new DecentralizedWorkload(agents, 2);
        var small = agents > SmallAgents ? new DecentralizedWorkload(SmallAgents, 2) : null;
        var size = $"gossip (ad-psgd), ring, {agents:N0} agents, d = 22";
        yield return new(size, "steps", Engine(workload, small),
        [
            Bare("the same by hand", workload, small, fetches: true) with { MustReach = mustReach },
            Bare("the same by hand, nothing fetched ahead", workload, small, fetches: false),
            Kept("the same by hand, with keyed draws and hashes", workload, small),
        ]);
        yield return new($"price of keyed draws and hashes, {size}", "steps", Kept("by hand", workload, small),
            [Bare("the same by hand without", workload, small, fetches: true)]);
    }

    static Contender Engine(DecentralizedWorkload workload, DecentralizedWorkload? small) =>
        new("engine", () => EngineRate(workload)) { Small = small is null ? null : () => EngineRate(small) };

    static double EngineRate(DecentralizedWorkload workload) =>
        EngineRun.Of(workload.Gossip(Precision.Float64, Steps)).Rate;

    static Contender Bare(string name, DecentralizedWorkload workload, DecentralizedWorkload? small, bool fetches) =>
        Loop(name, workload, small, w => w.GossipByHand(new NoGuarantees(1), fetches, Steps));

    static Contender Kept(string name, DecentralizedWorkload workload, DecentralizedWorkload? small) =>
        Loop(name, workload, small, w => w.GossipByHand(new KeyedGuarantees(1), fetches: true, Steps));

    static Contender Loop(
        string name, DecentralizedWorkload workload, DecentralizedWorkload? small, Func<DecentralizedWorkload, double> rate) =>
        new(name, () => rate(workload)) { Small = small is null ? null : () => rate(small) };
}
