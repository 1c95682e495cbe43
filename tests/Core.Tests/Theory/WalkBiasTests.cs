using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Theory;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Theory;

public class WalkBiasTests
{
    // One token with a constant gamma, simulated plainly: how often it is at each node, less 1 / N.
    static double[] Shift(Topology graph, double alpha, double gamma, int steps)
    {
        var n = graph.Nodes;
        var (draws, node, mean) = (new DrawSequence(seed: 5, Purpose.None), 0, new double[n]);
        double[] x = [.. Enumerable.Repeat(1.0 / n, n)];
        for (var k = -20_000; k < steps; k++)
        {
            var other = graph.OutNeighbour(node, draws.Below(graph.OutDegree(node)));
            var ratio = (double)graph.OutDegree(node) / graph.OutDegree(other) * Math.Pow(x[other] / x[node], -alpha);
            if (draws.Uniform() < ratio)
                node = other;
            for (var i = 0; i < n; i++)
                x[i] *= 1 - gamma;
            x[node] += gamma;
            if (k >= 0)
                mean[node] += 1.0 / steps;
        }
        return [.. mean.Select(m => m - (1.0 / n))];
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(3.0)]
    public void A_history_driven_target_shifts_the_mean_visits_as_a_plain_simulation_says(double alpha)
    {
        const int n = 12;
        const double gamma = 0.003;
        var graph = new BarabasiAlbertTopology(new() { Nodes = n, EdgesPerNode = 2 }).Build(GraphContext.OfSeed(1));
        var pairs = WalkCovariance.Of(new MhrwChain(), graph);
        double[] mu = [.. Enumerable.Repeat(1.0 / n, n)];
        double[][] nodes = [.. Enumerable.Range(0, n).Select(k => Enumerable.Range(0, n).Select(i => i == k ? 1.0 : 0).ToArray())];
        var bias = new WalkBias(pairs, mu, nodes, [.. Enumerable.Repeat(1.0, n)], graph);
        double[] variance = [.. pairs.Eigenvalues.Select(l => gamma * (1 + l) / (1 - l) / ((2 * alpha) + 2))];

        // A constant gamma is one that falls infinitely slowly: a n^(a - 1) is 0.
        var predicted = bias.OfVisits(alpha, gamma, a: 0.5, n: 1L << 60, variance);
        var measured = Shift(graph, alpha, gamma, 4_000_000);

        double Product(double[] p, double[] q) => p.Zip(q, (u, v) => u * v).Sum();
        var along = Product(predicted, measured) / Product(predicted, predicted);
        var cosine = Product(predicted, measured)
            / Math.Sqrt(Product(predicted, predicted) * Product(measured, measured));
        // To leading order: what is left out is of the first order in alpha (x / mu - 1), here 0.15 to 0.3.
        Assert.InRange(cosine, 0.98, 1);
        Assert.InRange(along, 0.8, 1.05);
    }
}
