using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Benchmarks.Methods;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Problems.Shardings;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Testing;

namespace AsyncOpt.Benchmarks.Workloads;

/// <summary>
/// Gossip learning as its simulators do it: 100 nodes, 20-regular, a message per period of 100, delays U(0, 10),
/// updates in no time; logistic regression, d = 30, 5 samples per node.
/// </summary>
sealed class GossipLearningWorkload
{
    public const int Nodes = 100, Degree = 20, Features = 30, SamplesPerNode = 5;
    public const double Period = 100, DelayMax = 10, Step = 0.1;

    readonly Topology _topology = Problems.Built(new RandomRegularTopology(new() { Nodes = Nodes, Degree = Degree }));

    readonly Problem _problem = Problems.Built(
        new LogisticRegression(new()
        {
            Data = new SyntheticClassification(new() { SamplesPerPlace = SamplesPerNode, Dimension = Features, Noise = 0.1 }),
            Sharding = new ByPlaceSharding(),
            Regularization = Problems.Regularization,
        }),
        Nodes);

    /// <summary>A workload whose unit is an update: a model received, merged and trained.</summary>
    /// <param name="updates">Updates that are timed.</param>
    public Workload Of(long updates)
    {
        var plan = Plans.Of(new GossipLearning(Period, Step), Nodes, 1, new Uniform(new() { Low = 0, High = DelayMax }), _problem) with
        {
            Topology = _topology,
            Compute = Plans.Equal(Nodes, 1e-9),
            Partitions = 1,
        };
        var seconds = updates * Period / Nodes;
        return new(plan, seconds / 4, seconds, p => p.Updates);
    }
}
