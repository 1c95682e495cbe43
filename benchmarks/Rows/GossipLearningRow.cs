using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Benchmarks.Workloads;

namespace AsyncOpt.Benchmarks.Rows;

/// <summary>Gossip learning against the ways one writes such a simulator in Python.</summary>
static class GossipLearningRow
{
    const string Script = "gossip_learning.py";

    public static IEnumerable<Comparison> Comparisons()
    {
        var workload = new Lazy<GossipLearningWorkload>(() => new());
        yield return new(
            "gossip learning, 100 nodes, 20-regular, period 100, delays U(0,10), d = 30", "updates",
            new("engine", () => EngineRun.Of(workload.Value.Of(400_000)).Rate),
            [
                Python.Reference("plain numpy and a heap", null, Script, Arguments("plain")),
                Python.Reference("careful numpy and a heap", 20, Script, Arguments("careful")),
                Python.Reference("careful numpy, a look at every node in each unit of time", null, Script, Arguments("scan")),
                Python.WithSimPy("careful numpy, SimPy with a process per node and message", Script, Arguments("simpy")),
            ])
        {
            IsShort = true,
        };
    }

    static object[] Arguments(string form) =>
    [
        form, GossipLearningWorkload.Nodes, GossipLearningWorkload.Degree, GossipLearningWorkload.Features,
        GossipLearningWorkload.SamplesPerNode, GossipLearningWorkload.Period, GossipLearningWorkload.DelayMax,
        GossipLearningWorkload.Step, Problems.Regularization,
    ];
}
