using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Methods.Walks;

/// <summary>Chains by name, small graphs, and the matrices written down plainly.</summary>
static class Chains
{
    /// <summary>Degrees 2, 2, 3, 2, 1, and cycles of 3.</summary>
    public static readonly Topology Lollipop = Graph(5, (0, 1), (0, 2), (1, 2), (2, 3), (3, 4));

    public static BaseChain Of(string name) => name switch
    {
        "srw" => new SrwChain(),
        "mhrw" => new MhrwChain(),
        "max-degree" => new MaxDegreeChain(),
        "lazy-srw" => new LazyChain(new()),
        "lazy-mhrw" => new LazyChain(new() { Of = new MhrwChain(), Stay = 0.2 }),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    public static Topology Graph(int nodes, params (int, int)[] edges)
    {
        var builder = new TopologyBuilder(nodes, symmetric: true, edges.Length);
        foreach (var (a, b) in edges)
            builder.Add(a, b);
        return builder.Build("test");
    }

    /// <summary>K[x] of the repellent walk; P for alpha = 0.</summary>
    public static double[,] Matrix(BaseChain walk, Topology graph, double alpha = 0, double[]? logRatios = null)
    {
        var n = graph.Nodes;
        var matrix = new double[n, n];
        for (var i = 0; i < n; i++)
        {
            var weights = new double[graph.OutDegree(i) + 1];
            walk.Weights(graph, i, weights);
            WalkKernel.Repel(graph, i, logRatios ?? new double[n], double.NegativeInfinity, alpha, weights, weights);
            for (var k = 0; k < weights.Length; k++)
                matrix[i, k == weights.Length - 1 ? i : graph.OutNeighbours(i)[k]] += weights[k] / weights.Sum();
        }
        return matrix;
    }

    public static double[] RatiosOf(BaseChain walk, Topology graph, double[] x) =>
        [.. walk.LogMu(graph).Select((logMu, j) => Math.Log(x[j]) - logMu)];

    /// <summary>Rows sum to 1, no entry is negative, and mu_i P_ij = mu_j P_ji with mu summing to 1.</summary>
    public static void AssertReversible(BaseChain walk, Topology graph)
    {
        var (p, mu) = (Matrix(walk, graph), walk.Mu(graph));
        Assert.Equal(1, mu.Sum(), 1e-14);
        for (var i = 0; i < graph.Nodes; i++)
        {
            Assert.Equal(1, Enumerable.Range(0, graph.Nodes).Sum(j => p[i, j]), 1e-14);
            Assert.Equal(mu[i], Math.Exp(walk.LogMu(graph)[i]), 1e-14);
            for (var j = 0; j < graph.Nodes; j++)
            {
                Assert.True(p[i, j] >= 0);
                Assert.Equal(mu[i] * p[i, j], mu[j] * p[j, i], 1e-15);
            }
        }
    }
}
