using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Topologies;
using static AsyncOpt.Core.Tests.Methods.Walks.Chains;

namespace AsyncOpt.Core.Tests.Methods.Walks;

/// <summary>
/// Walks that remember the node they left last are Markov chains on directed links. The tests build those chains whole
/// and hold them against what their stationary distribution must be.
/// </summary>
public class LinkChainTests
{
    static readonly Topology Irregular =
        Graph(8, (0, 1), (0, 2), (0, 3), (0, 4), (1, 2), (2, 3), (3, 5), (4, 5), (5, 6), (6, 7), (1, 6));

    static ILinkChain Walk(string name) => name switch
    {
        "nbrw" => new NonBacktrackingWalker(),
        _ => new DelayedAcceptanceWalker(),
    };

    static (int From, int To)[] Links(Topology graph) =>
        [.. Enumerable.Range(0, graph.Nodes).SelectMany(i => graph.OutNeighbours(i).ToArray().Select(j => (i, j)))];

    /// <summary>From link (u, v) to link (v, w) where it moves, to (u, v) where it stays.</summary>
    static double[,] Matrix(ILinkChain walk, Topology graph)
    {
        var links = Links(graph);
        var matrix = new double[links.Length, links.Length];
        for (var e = 0; e < links.Length; e++)
        {
            var (u, v) = links[e];
            var row = new double[graph.OutDegree(v) + 1];
            Array.Fill(row, double.NaN);
            walk.Probabilities(graph, u, v, row);
            Assert.Equal(1, row.Sum(), 1e-14);
            Assert.All(row, p => Assert.InRange(p, -1e-16, 1));
            for (var k = 0; k < row.Length - 1; k++)
                matrix[e, Array.IndexOf(links, (v, graph.OutNeighbour(v, k)))] += row[k];
            matrix[e, e] += row[^1];
        }
        return matrix;
    }

    static void AssertStationary(double[] measure, double[,] matrix)
    {
        for (var f = 0; f < measure.Length; f++)
            Assert.Equal(measure[f], Enumerable.Range(0, measure.Length).Sum(e => measure[e] * matrix[e, f]), 1e-14);
    }

    [Fact]
    public void Without_backtracking_all_directed_links_are_equally_likely()
    {
        foreach (var graph in (Topology[])[Lollipop, Irregular])
        {
            var matrix = Matrix(Walk("nbrw"), graph);

            AssertStationary([.. Links(graph).Select(_ => 1.0 / graph.Edges)], matrix);
        }
    }

    [Fact]
    public void With_delayed_acceptance_all_nodes_are_equally_likely()
    {
        foreach (var graph in (Topology[])[Lollipop, Irregular])
        {
            // The Metropolis-Hastings walk comes from u to v with probability P_uv / N and stays 1 / (1 - P_vv) steps.
            var p = Chains.Matrix(new MhrwChain(), graph);
            var measure = Links(graph).Select(l => p[l.From, l.To] / graph.Nodes / (1 - p[l.To, l.To])).ToArray();

            Assert.Equal(1, measure.Sum(), 1e-14);
            for (var v = 0; v < graph.Nodes; v++)
                Assert.Equal(1.0 / graph.Nodes, Links(graph).Zip(measure).Where(p => p.First.To == v).Sum(p => p.Second), 1e-14);
            AssertStationary(measure, Matrix(Walk("mhda"), graph));
        }
    }

    [Fact]
    public void Without_a_node_left_last_they_take_the_step_of_the_base_chain()
    {
        foreach (var (name, chain) in new[] { ("nbrw", "srw"), ("mhda", "mhrw") })
        {
            for (var node = 0; node < 5; node++)
            {
                double[] row = new double[Lollipop.OutDegree(node) + 1], plain = new double[row.Length];
                Walk(name).Probabilities(Lollipop, -1, node, row);
                Of(chain).Probabilities(Lollipop, node, plain);
                Assert.Equal(plain, row);
            }
        }
    }

    [Fact]
    public void Delayed_acceptance_leaves_a_node_as_often_and_goes_back_less()
    {
        var p = Chains.Matrix(new MhrwChain(), Irregular);
        foreach (var (u, v) in Links(Irregular))
        {
            var row = new double[Irregular.OutDegree(v) + 1];
            Walk("mhda").Probabilities(Irregular, u, v, row);

            Assert.Equal(p[v, v], row[^1], 1e-15);
            for (var k = 0; k < row.Length - 1; k++)
            {
                var w = Irregular.OutNeighbour(v, k);
                Assert.True(w == u ? row[k] <= p[v, w] : row[k] >= p[v, w]);
            }
        }
    }
}
