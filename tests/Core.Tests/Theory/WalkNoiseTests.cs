using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Theory;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Theory;

public class WalkNoiseTests
{
    static Topology Graph(TopologyGenerator generator) => generator.Build(GraphContext.OfSeed(1));

    static double[] Values(int nodes) => [.. Enumerable.Range(0, nodes).Select(i => Math.Sin(1.7 * i) + (i % 3))];

    /// <summary>
    /// The variance of a sum over n steps of a Markov chain in equilibrium, over n, by adding up its autocovariances.
    /// </summary>
    static double Variance(double[,] p, double[] pi, double[] f, int steps)
    {
        var mean = pi.Zip(f, (w, v) => w * v).Sum();
        double[] centred = [.. f.Select(v => v - mean)], moved = [.. centred];
        double Covariance() => Enumerable.Range(0, pi.Length).Sum(i => pi[i] * centred[i] * moved[i]);
        var sum = Covariance();
        for (var k = 1; k < steps; k++)
        {
            moved = [.. Enumerable.Range(0, pi.Length).Select(i =>
                Enumerable.Range(0, pi.Length).Sum(j => p[i, j] * moved[j]))];
            sum += 2 * (1 - ((double)k / steps)) * Covariance();
        }
        return sum;
    }

    /// <summary>The sum of t C_t over the lags t, C_t the autocovariance, by powers of the chain.</summary>
    static double WeightedByLag(double[,] p, double[] pi, double[] f, int lags)
    {
        var mean = pi.Zip(f, (w, v) => w * v).Sum();
        double[] centred = [.. f.Select(v => v - mean)], moved = [.. centred];
        var sum = 0.0;
        for (var t = 1; t <= lags; t++)
        {
            moved = [.. Enumerable.Range(0, pi.Length).Select(i =>
                Enumerable.Range(0, pi.Length).Sum(j => p[i, j] * moved[j]))];
            sum += t * Enumerable.Range(0, pi.Length).Sum(i => pi[i] * centred[i] * moved[i]);
        }
        return sum;
    }

    // With what noise adds for not being white the variance of a recursion with a constant step is exact to first order.
    [Theory]
    [InlineData("nbrw")]
    [InlineData("mhda")]
    public void Noise_that_is_not_white_changes_the_variance_of_a_recursion_by_its_end(string name)
    {
        var graph = Graph(new BarabasiAlbertTopology(new() { Nodes = 9, EdgesPerNode = 2 }));
        ILinkChain walk = name == "nbrw" ? new NonBacktrackingWalker() : new DelayedAcceptanceWalker();
        var noise = WalkNoise.OfLinks(walk, graph)!.Of(Values(9));
        var (q, pi, h) = Links(walk, graph, Values(9));

        // theta := (1 - b) theta + b h: its variance is that of sum b (1 - b)^k h_k, from autocovariances.
        const double b = 0.01;
        var mean = pi.Zip(h, (w, v) => w * v).Sum();
        double[] centred = [.. h.Select(v => v - mean)], moved = [.. centred];
        var exact = 0.0;
        for (var t = 0; t < 4000; t++)
        {
            var covariance = Enumerable.Range(0, pi.Length).Sum(i => pi[i] * centred[i] * moved[i]);
            exact += (t == 0 ? 1 : 2) * Math.Pow(1 - b, t) * covariance;
            moved = [.. Enumerable.Range(0, pi.Length).Select(i =>
                Enumerable.Range(0, pi.Length).Sum(j => q[i, j] * moved[j]))];
        }
        exact *= b * b / (1 - ((1 - b) * (1 - b)));
        var white = b * b / (1 - ((1 - b) * (1 - b))) * noise.Total;
        Assert.Equal(1, Math.Abs(exact - white) / (b * b * noise.End), 0.05);
    }

    [Theory]
    [InlineData("srw")]
    [InlineData("mhrw")]
    [InlineData("lazy-srw")]
    public void A_chains_noise_is_the_variance_of_long_sums(string name)
    {
        var graph = Graph(new BarabasiAlbertTopology(new() { Nodes = 14, EdgesPerNode = 2 }));
        var chain = Methods.Walks.Chains.Of(name);
        var noise = WalkNoise.OfChain(chain, graph).Of(Values(14));
        var (p, mu) = (Methods.Walks.Chains.Matrix(chain, graph), chain.Mu(graph));

        // Sums over n steps differ from the limit by O(1 / n): extrapolated from two lengths.
        var limit = (2 * Variance(p, mu, Values(14), 4000)) - Variance(p, mu, Values(14), 2000);
        Assert.Equal(1, noise.Total / limit, 1e-5);
    }

    [Fact]
    public void The_trace_is_the_noise_of_all_indicators_together()
    {
        var graph = Graph(new BarabasiAlbertTopology(new() { Nodes = 14, EdgesPerNode = 2 }));
        WalkNoise[] all =
        [
            WalkNoise.OfChain(new SrwChain(), graph),
            WalkNoise.OfDraws(new SrwChain().Mu(graph)),
            WalkNoise.OfLinks(new NonBacktrackingWalker(), graph)!,
            WalkNoise.OfLinks(new DelayedAcceptanceWalker(), graph)!,
        ];
        foreach (var noise in all)
        {
            var sum = Enumerable.Range(0, 14).Sum(i => noise.Of([.. Enumerable.Range(0, 14).Select(j => i == j ? 1.0 : 0)]).Total);
            Assert.Equal(sum, noise.Trace!.Total, 1e-10);
        }
    }

    [Fact]
    public void A_graph_too_large_for_all_eigenvalues_gets_the_same_noise_by_lanczos()
    {
        // A star of 700 leaves has three eigenvalues; a ring of 700 nodes has one mode for a cosine.
        var star = Graph(new StarTopology(new() { Nodes = 701 }));
        double[] one = [.. Enumerable.Range(0, 701).Select(i => i == 0 ? 5.0 : i == 1 ? 1.0 : 0.0)];
        var found = WalkNoise.OfChain(new MhrwChain(), star);
        // 1 - 1/L for what sums to 0 over the leaves; -1/L for the hub against all leaves.
        const double leaves = 700, slow = 1 - (1 / leaves), fast = -1 / leaves;
        const double slowPart = (1 - (1 / leaves)) / 701;
        var fastPart = Math.Pow(5 - (1 / leaves), 2) * leaves / (701.0 * 701);
        var expected = (slowPart * (1 + slow) / (1 - slow)) + (fastPart * (1 + fast) / (1 - fast));
        Assert.Equal(1, found.Of(one).Total / expected, 1e-9);
        // All nodes together: 699 slow modes and a fast one, each of squared norm 1 / N.
        var trace = ((699 * (1 + slow) / (1 - slow)) + ((1 + fast) / (1 - fast))) / 701;
        Assert.Equal(1, found.Trace!.Total / trace, 0.1);
        Assert.Equal(1, found.TraceOf([.. Enumerable.Repeat(3.0, 701)])!.Total / (9 * trace), 0.1);

        var ring = Graph(new RingTopology(new() { Nodes = 700 }));
        double[] wave = [.. Enumerable.Range(0, 700).Select(i => Math.Cos(2 * Math.PI * 30 * i / 700) + 9)];
        var lambda = Math.Cos(2 * Math.PI * 30 / 700);
        Assert.Equal(1, WalkNoise.OfChain(new SrwChain(), ring).Of(wave).Total / (0.5 * (1 + lambda) / (1 - lambda)), 1e-9);
    }

    [Fact]
    public void Lanczos_agrees_with_the_autocovariances_on_a_random_graph()
    {
        // It mixes fast: 400 autocovariances are enough.
        var graph = Graph(new RandomRegularTopology(new() { Nodes = 700, Degree = 6 }));
        var h = Values(700);
        var total = WalkNoise.OfChain(new SrwChain(), graph).Of(h).Total;

        var mean = h.Average();
        double[] centred = [.. h.Select(v => v - mean)], moved = [.. centred];
        var sum = centred.Sum(v => v * v) / 700;
        for (var k = 1; k < 400; k++)
        {
            moved = [.. Enumerable.Range(0, 700).Select(i =>
            {
                var next = 0.0;
                foreach (var j in graph.OutNeighbours(i))
                    next += moved[j] / 6;
                return next;
            })];
            sum += 2 * centred.Zip(moved, (a, b) => a * b).Sum() / 700;
        }
        Assert.Equal(1, total / sum, 1e-8);
    }

    [Theory]
    [InlineData("nbrw")]
    [InlineData("mhda")]
    public void A_link_chains_noise_is_the_variance_of_long_sums(string name)
    {
        var graph = Graph(new BarabasiAlbertTopology(new() { Nodes = 9, EdgesPerNode = 2 }));
        ILinkChain walk = name == "nbrw" ? new NonBacktrackingWalker() : new DelayedAcceptanceWalker();
        var found = (LinkNoise)WalkNoise.OfLinks(walk, graph)!;
        var h = Values(9);

        var (q, pi, heads) = Links(walk, graph, h);
        var limit = (2 * Variance(q, pi, heads, 2000)) - Variance(q, pi, heads, 1000);
        Assert.Equal(1, found.Of(h).Total / limit, 1e-6);
        Assert.Equal(1, found.Of(h).End / Math.Abs(WeightedByLag(q, pi, heads, 2000)), 1e-6);
        var mu = name == "nbrw" ? new SrwChain().Mu(graph) : new MhrwChain().Mu(graph);
        Assert.All(found.Mu.Zip(mu), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
    }

    /// <summary>The chain on links, its stationary distribution, and h at the head of each link.</summary>
    static (double[,] Q, double[] Stationary, double[] Heads) Links(ILinkChain walk, Topology graph, double[] h)
    {
        var links = (int)graph.Edges;
        var q = new double[links, links];
        var pi = new double[links];
        var heads = new double[links];
        var p = Methods.Walks.Chains.Matrix(new MhrwChain(), graph);
        for (var u = 0; u < graph.Nodes; u++)
        {
            for (var k = 0; k < graph.OutDegree(u); k++)
            {
                var (link, v) = ((int)graph.OutStart(u) + k, graph.OutNeighbour(u, k));
                heads[link] = h[v];
                pi[link] = walk is NonBacktrackingWalker ? 1.0 / links : p[u, v] / graph.Nodes / (1 - p[v, v]);
                var row = new double[graph.OutDegree(v) + 1];
                walk.Probabilities(graph, u, v, row);
                for (var next = 0; next < row.Length - 1; next++)
                    q[link, (int)graph.OutStart(v) + next] = row[next];
                q[link, link] += row[^1];
            }
        }
        return (q, pi, heads);
    }

    [Fact]
    public void Walks_that_do_not_go_back_have_less_noise_than_their_base()
    {
        var graph = Graph(new WattsStrogatzTopology(new() { Nodes = 40, Neighbours = 4, Rewiring = 0.2 }));
        foreach (var (walk, chain) in new (ILinkChain, BaseChain)[]
            { (new NonBacktrackingWalker(), new SrwChain()), (new DelayedAcceptanceWalker(), new MhrwChain()) })
        {
            var (better, noise) = (WalkNoise.OfLinks(walk, graph)!, WalkNoise.OfChain(chain, graph));
            for (var node = 0; node < 40; node++)
            {
                double[] h = [.. Enumerable.Range(0, 40).Select(j => node == j ? 1.0 : 0)];
                Assert.True(better.Of(h).Total < noise.Of(h).Total);
            }
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(12)]
    public void A_walk_that_goes_round_for_ever_has_no_noise_or_none_that_can_be_told(int nodes)
    {
        // It falls apart into two ways round, so the system is singular.
        var found = WalkNoise.OfLinks(new NonBacktrackingWalker(), Graph(new RingTopology(new() { Nodes = nodes })));

        Assert.Equal(0, found?.Of(Values(nodes)).Total ?? 0, 1e-9);
    }

    [Fact]
    public void Draws_have_the_variance_of_the_function()
    {
        var found = WalkNoise.OfDraws([0.5, 0.25, 0.25]).Of([1, 2, 4]);

        Assert.Equal((0.5 * 1) + (0.25 * 4) + (0.25 * 16) - 4, found.Total, 1e-15);
    }
}
