using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Benchmarks.Workloads;

/// <summary>Workloads by name and size, for <see cref="Probe"/> and the scaling plot.</summary>
static class Named
{
    const long Steps = 1_500_000;

    /// <summary>A workload of so many agents, whose problem and topology are built.</summary>
    public static IReadOnlyDictionary<string, Func<int, Workload>> All { get; } = new Dictionary<string, Func<int, Workload>>
    {
        ["phold"] = n => PholdWorkload.Of(n, 1, Math.Max(1_000_000, n), Math.Max(3_000_000, n)),
        ["phold-10"] = n => PholdWorkload.Of(n, 10, Math.Max(1_000_000, 10 * n), Math.Max(3_000_000, n)),
        ["phold-2-cores"] = n => PholdWorkload.Of(n, 1, Math.Max(1_000_000, n), Math.Max(3_000_000, n), cores: 2),
        ["d-sgd"] = n => new DecentralizedWorkload(n, 2).Synchronous(Precision.Float64, 4 * Steps),
        ["d-sgd-float32"] = n => new DecentralizedWorkload(n, 2).Synchronous(Precision.Float32, 4 * Steps),
        ["gossip"] = n => new DecentralizedWorkload(n, 2).Gossip(Precision.Float64, Steps / 5),
        ["async-sgd"] = n => new AsyncSgdWorkload(n).Of(Steps / 2),
        ["large-net"] = n => new LargeNetWorkload(n).Of(n),
        ["srrw"] = n => new TokenWorkload(new BarabasiAlbertTopology(new() { Nodes = n, EdgesPerNode = 3 })).SelfRepellent(Steps / 4),
        ["srw"] = n => new TokenWorkload(new BarabasiAlbertTopology(new() { Nodes = n, EdgesPerNode = 3 })).Simple(Steps / 4),
        ["gossip-learning"] = _ => new GossipLearningWorkload().Of(Steps / 4),
    };
}
