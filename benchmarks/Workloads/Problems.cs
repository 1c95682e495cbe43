using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Problems.Shardings;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Benchmarks.Workloads;

/// <summary>What several workloads are made of.</summary>
static class Problems
{
    /// <summary>The features of the rows with synthetic data: as many as ijcnn1 has.</summary>
    public const int Features = 22;

    /// <summary>lambda of the rows with synthetic data; the references use the same.</summary>
    public const double Regularization = 0.01;

    /// <summary>Logistic regression with one drawn sample per node, d = 22.</summary>
    public static LogisticRegression OneSamplePerNode(int nodes) => Built(
        new LogisticRegression(new()
        {
            Data = new SyntheticClassification(new() { SamplesPerPlace = 1, Dimension = Features, Noise = 0.1 }),
            Sharding = new ByPlaceSharding(),
            Regularization = Regularization,
        }),
        nodes);

    /// <summary>A problem, built.</summary>
    public static T Built<T>(T problem, int places)
        where T : Problem
    {
        problem.Build(new ProblemContext(places, 1, Places.Data));
        return problem;
    }

    /// <summary>A graph of the catalogue.</summary>
    public static Topology Built(TopologyGenerator generator) => generator.Build(new GraphContext(new GraphDraws(1), Places.Data));

    /// <summary>Links that take the same time for every message.</summary>
    public static Law Constant(double seconds) => new Constant(new() { Value = seconds });
}
