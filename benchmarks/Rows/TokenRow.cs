using AsyncOpt.Benchmarks.Loops;
using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Benchmarks.Workloads;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Benchmarks.Rows;

/// <summary>One token with a model of d = 22 and one sample per node: what a step costs.</summary>
static class TokenRow
{
    const long Steps = 400_000;

    static readonly TopologyGenerator Small = new RandomRegularTopology(new() { Nodes = 22, Degree = 4 }),
        Dolphins = new EdgeListTopology(new() { File = "graphs/dolphins.edges" }),
        Large = new BarabasiAlbertTopology(new() { Nodes = 1000, EdgesPerNode = 3 });

    public static IEnumerable<Comparison> Comparisons() =>
    [
        SelfRepellent("22 nodes, 4-regular", new(Small)),
        SelfRepellent("62 nodes, dolphins", new(Dolphins)) with { IsShort = true },
        SelfRepellent("1,000 nodes, Barabasi-Albert", new(Large)) with { IsShort = true },
        Simple("62 nodes, dolphins", new(Dolphins)),
        Simple("1,000 nodes, Barabasi-Albert", new(Large)) with { IsShort = true },
    ];

    static Comparison SelfRepellent(string graph, TokenWorkload workload) =>
        new($"SRRW token, d = 22, {graph}", "steps", new Contender("engine", () => EngineRun.Of(workload.SelfRepellent(Steps)).Rate),
        [
            Numpy("srrw.py", "plain", 100, TokenWorkload.Alpha, workload),
            Numpy("srrw.py", "careful", null, TokenWorkload.Alpha, workload),
            new Contender(
                "the same loop in C#",
                () => new RepellentLoop(workload.Topology, workload.Problem, TokenWorkload.Alpha).Rate(Steps))
            {
                MustReach = 0.3,
            },
        ]);

    static Comparison Simple(string graph, TokenWorkload workload) =>
        new($"random walk (srw) token, d = 22, {graph}", "steps", new Contender("engine", () => EngineRun.Of(workload.Simple(Steps)).Rate),
        [
            Numpy("srw.py", "plain", null, TokenWorkload.Step, workload),
            Numpy("srw.py", "careful", null, TokenWorkload.Step, workload),
            new Contender(
                "the same loop in C#",
                () => new WalkLoop(workload.Topology, workload.Problem, TokenWorkload.Step).Rate(Steps)),
        ]);

    static Contender Numpy(string script, string form, double? mustReach, double number, TokenWorkload workload) =>
        Python.Reference($"{form} numpy loop", mustReach, script,
            form, workload.Edges(), Problems.Features, number, Problems.Regularization);
}
