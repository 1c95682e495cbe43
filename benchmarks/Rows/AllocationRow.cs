using AsyncOpt.Benchmarks.Measure;

namespace AsyncOpt.Benchmarks.Rows;

/// <summary>What an event allocates on the collected heap once everything is warm: it should be nothing.</summary>
static class AllocationRow
{
    public static IEnumerable<PendingAmount> Amounts() =>
        from probe in ((string Workload, int Agents, string What)[])
            [
                ("phold", 100_000, "PHOLD"),
                ("phold-2-cores", 100_000, "PHOLD on 2 cores"),
                ("srrw", 1_000, "SRRW token"),
                ("srw", 1_000, "random walk (srw) token"),
                ("d-sgd", 10_000, "D-SGD, ring, synchronous"),
                ("gossip", 10_000, "gossip (ad-psgd), ring"),
                ("async-sgd", 1_000, "asynchronous SGD"),
                ("gossip-learning", 100, "gossip learning"),
            ]
        select new PendingAmount(
            $"allocation, {probe.What}, {probe.Agents:N0} agents", "B / event",
            () => Probe.Elsewhere(probe.Workload, probe.Agents).AllocatedPerEvent)
        {
            IsShort = true,
            IsAllocation = true,
            AtMost = 0,
        };
}
