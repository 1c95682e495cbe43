using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Benchmarks.Workloads;

namespace AsyncOpt.Benchmarks.Rows;

/// <summary>Gossip learning against the ways one writes such a simulator in Python.</summary>
static class GossipLearningRow
{
    public static IEnumerable<Comparison> Comparisons()
    {
        var workload = new Lazy<GossipLearningWorkload>(() => new());
        yield return new(
            "gossip learning, 100 nodes, 20-regular, period 100, delays U(0,10), d = 30", "updates",
            new("engine", () => EngineRun.Of(workload.Value.Of(400_000)).Rate),
            [
                Reference("careful numpy and a heap", "heap", 20),
                Reference("numpy, a look at every node in each unit of time", "scan", null),
                Reference("SimPy, a process per node and message, numpy", "simpy", null),
            ])
        {
            IsShort = true,
        };
    }

    static Contender Reference(string name, string form, double? mustReach) => Python.Reference(
        name, mustReach, "gossip_learning.py", form, GossipLearningWorkload.Nodes, GossipLearningWorkload.Degree,
        GossipLearningWorkload.Features, GossipLearningWorkload.SamplesPerNode, GossipLearningWorkload.Period,
        GossipLearningWorkload.DelayMax, GossipLearningWorkload.Step, Problems.Regularization);
}
