using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Topologies;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests.Methods;

/// <summary>
/// What the tests of the walks need. With step 1 on the counting problem the parameters count visits.
/// </summary>
static class Walks
{
    public static readonly Topology Scattered = Graph(new BarabasiAlbertTopology(new() { Nodes = 12, EdgesPerNode = 2 }));

    public static double[] Counts(Method method, double time, Topology graph) =>
        Simulator.Run(PlanOf(method, new CountingProblem(graph.Nodes), time, graph)).Estimate;

    public static Srw Srw(bool reweight = false) => new(new() { Step = Step(1), Start = 0, Reweight = reweight });

    public static Mhrw Mhrw() => new(new() { Step = Step(1), Start = 0 });

    public static SaSrrw SaSrrw(double alpha, WalkBase walk, double a = 1) => new(new()
    {
        Step = Step(1),
        Alpha = alpha,
        Base = walk,
        A = a,
        Start = 0,
        Reweight = false,
    });

    /// <summary>The walk written down plainly, with the same uniform numbers.</summary>
    public static double[] Direct(Topology graph, WalkBase walk, double alpha, double a, int start, int steps)
    {
        var n = graph.Nodes;
        double degrees = Enumerable.Range(0, n).Sum(graph.OutDegree);
        double Mu(int i) => walk == WalkBase.Mhrw ? 1.0 / n : graph.OutDegree(i) / degrees;
        var x = Enumerable.Repeat(1.0 / n, n).ToArray();
        var counts = new double[n];
        var at = start;
        for (var step = 1; step <= steps; step++)
        {
            var d = graph.OutDegree(at);
            var targets = graph.OutNeighbours(at).ToArray().Append(at).ToArray();
            double P(int j) => walk == WalkBase.Srw ? 1.0 / d : Math.Min(1.0 / d, 1.0 / graph.OutDegree(j));
            var p = targets[..^1].Select(P).ToArray();
            p = [.. p, walk == WalkBase.Srw ? 0 : 1 - p.Sum()];
            var weights = targets.Select((j, k) => p[k] * Math.Pow(x[j] / Mu(j), -alpha)).ToArray();
            var target = new Draw(Seed, Purpose.Program, 0, (ulong)(step - 1)).Uniform() * weights.Sum();
            var (sum, chosen) = (0.0, 0);
            while (chosen < weights.Length - 1 && (sum += weights[chosen]) <= target)
                chosen++;
            at = targets[chosen];
            counts[at]++;
            var gamma = Math.Pow(step + 1, -a);
            for (var j = 0; j < n; j++)
                x[j] += gamma * ((j == at ? 1 : 0) - x[j]);
        }
        return counts;
    }
}
