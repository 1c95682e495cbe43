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

    public static SaSrrw SaSrrw(double alpha, BaseChain walk, double a = 1) => new(new()
    {
        Step = Step(1),
        Alpha = Step(alpha),
        Base = walk,
        A = a,
        Start = 0,
        Reweight = false,
    });

    public static Hdt Hdt(double alpha, double a = 1) =>
        new(new() { Step = Step(1), Alpha = Step(alpha), A = a, Start = 0 });

    public static Nbrw Nbrw(bool reweight = false) => new(new() { Step = Step(1), Start = 0, Reweight = reweight });

    public static Mhda Mhda() => new(new() { Step = Step(1), Start = 0 });

    public static BaseChain Chain(string name) => name switch
    {
        "srw" => new SrwChain(),
        "mhrw" => new MhrwChain(),
        "max-degree" => new MaxDegreeChain(),
        "lazy" => new LazyChain(new() { Stay = 0.3 }),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    /// <summary>
    /// How often a walk visits each node: written down plainly, with the token's uniform numbers. A walk is a function
    /// of where it is, the node it left last (-1 for none), the measure x of its visits and a source of such numbers.
    /// </summary>
    public static double[] Visits(
        Topology graph, double a, int steps, Func<int, int, double[], Func<double>, int> next)
    {
        var n = graph.Nodes;
        var x = Enumerable.Repeat(1.0 / n, n).ToArray();
        var counts = new double[n];
        var (at, left, draws) = (0, -1, 0UL);
        for (var step = 1; step <= steps; step++)
        {
            var to = next(at, left, x, () => new Draw(Seed, Purpose.Program, 0, draws++).Uniform());
            if (to != at)
                (at, left) = (to, at);
            counts[at]++;
            var gamma = Math.Pow(step + 1, -a);
            for (var j = 0; j < n; j++)
                x[j] += gamma * ((j == at ? 1 : 0) - x[j]);
        }
        return counts;
    }

    /// <summary>The self-repellent walk on a base chain, by the definition of K[x].</summary>
    public static double[] Direct(Topology graph, string walk, double alpha, double a, int steps)
    {
        var n = graph.Nodes;
        double degrees = Enumerable.Range(0, n).Sum(graph.OutDegree), most = graph.OutDegreeMax;
        double Mu(int i) => walk is "srw" or "lazy" ? graph.OutDegree(i) / degrees : 1.0 / n;
        double P(int i, int j) => walk switch
        {
            "srw" => 1.0 / graph.OutDegree(i),
            "mhrw" => Math.Min(1.0 / graph.OutDegree(i), 1.0 / graph.OutDegree(j)),
            "max-degree" => 1 / most,
            _ => 0.7 / graph.OutDegree(i),
        };
        return Visits(graph, a, steps, (at, _, x, draw) =>
        {
            var targets = graph.OutNeighbours(at).ToArray().Append(at).ToArray();
            var p = targets[..^1].Select(j => P(at, j)).ToArray();
            p = [.. p, walk == "srw" ? 0 : 1 - p.Sum()];
            var weights = targets.Select((j, k) => p[k] * Math.Pow(x[j] / Mu(j), -alpha)).ToArray();
            var target = draw() * weights.Sum();
            var (sum, chosen) = (0.0, 0);
            while (chosen < weights.Length - 1 && (sum += weights[chosen]) <= target)
                chosen++;
            return targets[chosen];
        });
    }
}
