using AsyncOpt.Benchmarks.Loops;
using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Benchmarks.Rows;

/// <summary>One token of sa-srrw with a model of d = 22 and one sample per node: what a step costs.</summary>
static class TokenRow
{
    const double Second = 1e-3; // the virtual time of a move, and of a gradient
    const long Steps = 400_000;
    const double Alpha = 5;

    public static IEnumerable<Comparison> Comparisons() =>
    [
        Of("22 nodes, 4-regular", new RandomRegularTopology(new() { Nodes = 22, Degree = 4 })),
        Of("62 nodes, dolphins", new EdgeListTopology(new() { File = "graphs/dolphins.edges" })),
        Of("1,000 nodes, Barabasi-Albert", new BarabasiAlbertTopology(new() { Nodes = 1000, EdgesPerNode = 3 })),
    ];

    static Comparison Of(string graph, TopologyGenerator generator)
    {
        var topology = Problems.Built(generator);
        var problem = Problems.OneSamplePerNode(topology.Nodes);
        var loop = new TokenLoop(topology, problem, Alpha);
        return new Comparison($"SRRW token, d = 22, {graph}", "steps", new Contender("engine", () => Engine(topology, problem)),
        [
            Numpy("plain", 100, topology),
            Numpy("careful", null, topology),
            new Contender("the same loop in C#", () => loop.Rate(Steps)) { MustReach = 0.3 },
        ]);
    }

    // A step that stays takes the time of the gradient only, any other that of the move too.
    static double Engine(Topology topology, Core.Problems.Problem problem)
    {
        var method = new SaSrrw(new() { Alpha = ConstantSchedule.Of(Alpha) });
        var plan = Plans.Of(method, topology.Nodes, 1, Problems.Constant(Second), problem) with
        {
            Topology = topology,
            Compute = Plans.Equal(topology.Nodes, Second),
        };
        var seconds = 2 * Second * Steps;
        return EngineRun.Rate(plan, seconds / 4, seconds, p => p.Updates);
    }

    static Contender Numpy(string form, double? mustReach, Topology topology) => Python.Reference(
        $"{form} numpy loop", mustReach, "srrw.py", form, Edges(topology), Problems.Features, Alpha, Problems.Regularization);

    /// <summary>The graph as the script takes it: nodes, then the ends of its edges.</summary>
    static string Edges(Topology topology)
    {
        var edges = new List<string> { $"{topology.Nodes}" };
        for (var node = 0; node < topology.Nodes; node++)
        {
            foreach (var other in topology.OutNeighbours(node))
            {
                if (other > node)
                    edges.Add($"{node}-{other}");
            }
        }
        return string.Join(",", edges);
    }
}
