using AsyncOpt.Benchmarks.Measure;

namespace AsyncOpt.Benchmarks.Rows;

/// <summary>
/// What agents and pending events take in memory, beside problem and topology: what a process of its own grows by.
/// </summary>
static class MemoryRow
{
    const int Million = 1_000_000;

    // Beside an agent's declared state: 8 bytes in PHOLD.
    const double AgentMax = 64 + 8, EventMax = 48;

    const double Megabyte = 1e6;

    public static IEnumerable<PendingAmount> Amounts()
    {
        var (one, ten) = (Lazily("phold", Million), Lazily("phold-10", Million));
        double PerEvent() => (ten.Value.ResidentBytes - one.Value.ResidentBytes) / (9.0 * Million);
        double PerAgent() => (one.Value.ResidentBytes / Million) - PerEvent();
        yield return new("memory, PHOLD, 10^6 agents, per agent at rest", "B / agent", PerAgent)
        {
            AtMost = AgentMax,
            IsShort = true,
        };
        yield return new("memory, PHOLD, 10^6 agents, per pending event", "B / event", PerEvent)
        {
            AtMost = EventMax,
            IsShort = true,
        };
        yield return new("memory, PHOLD, 10^6 agents, the engine's own account", "% of the process",
            () => 100 * ten.Value.EngineBytes / ten.Value.ResidentBytes);
        foreach (var (workload, what, most) in ((string, string, double?)[])
            [("d-sgd", "D-SGD, ring, d = 22, float64", 1500), ("d-sgd-float32", "D-SGD, ring, d = 22, float32", 1000),
             ("gossip", "gossip (ad-psgd), ring, d = 22, float64", null), ("async-sgd", "asynchronous SGD, d = 22, float64", null)])
        {
            var probe = Lazily(workload, Million);
            yield return new($"memory, {what}, 10^6 agents, per agent", "B / agent", () => probe.Value.ResidentBytes / Million)
            {
                IsShort = workload == "d-sgd",
            };
            yield return new($"memory, {what}, 10^6 agents, the whole process at most", "MB", () => probe.Value.PeakBytes / Megabyte)
            {
                AtMost = most,
                IsShort = workload == "d-sgd",
            };
        }
    }

    static Lazy<Probe> Lazily(string workload, int agents) => new(() => Probe.Elsewhere(workload, agents));
}
