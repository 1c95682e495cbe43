using AsyncOpt.Core.Tests.Topologies;
using AsyncOpt.Core.Theory;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Theory;

public class SpectrumTests
{
    static readonly SpectrumLimits Exact = new() { Tolerance = 1e-11 };

    static MixingMatrix Mh(TopologyGenerator generator, ulong seed = 1) =>
        new MetropolisHastingsMixing().Build(Graphs.Build(generator, seed));

    static Spectrum Find(MixingMatrix w, SpectrumLimits? limits = null) =>
        Spectrum.Of(w, limits, TestContext.Current.CancellationToken);

    static Spectrum Krylov(MixingMatrix w, SpectrumLimits limits) =>
        Spectrum.Krylov(w, limits, TestContext.Current.CancellationToken);

    // Zhu et al., arXiv 2306.02913: sixteen nodes.
    [Fact]
    public void The_published_values_of_sixteen_nodes_come_out()
    {
        var ring = Find(Mh(new RingTopology(new() { Nodes = 16 })));
        Assert.Equal(0.9493, ring.SecondLargest!.Value, 5e-5);
        Assert.Equal(-1.0 / 3, ring.Smallest!.Value, 1e-12);
        var grid = Find(Mh(new GridTopology(new() { Nodes = 16 })));
        Assert.Equal(0.8686, grid.SecondLargest!.Value, 5e-5);
        Assert.Equal(-0.4308, grid.Smallest!.Value, 5e-5);
        var exponential = Find(Mh(new ExponentialTopology(new() { Nodes = 16 })));
        Assert.Equal(0.6, exponential.SecondModulus, 1e-12);
        Assert.Null(exponential.SecondLargest);
        Assert.Equal(0.4, exponential.Gap, 1e-12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(12)]
    public void The_exponential_graph_of_a_power_of_two_has_second_modulus_one_minus_two_over_one_plus_tau(int tau) =>
        Assert.Equal(1 - (2.0 / (1 + tau)),
            Find(Mh(new ExponentialTopology(new() { Nodes = 1 << tau }))).SecondModulus, 1e-12);

    public static TheoryData<string, int> NamedGraphs()
    {
        var data = new TheoryData<string, int>();
        foreach (int n in new[] { 1, 2, 3, 4, 5, 8, 15, 64 })
            foreach (string name in new[] { "ring", "one-way", "torus", "complete", "star", "exponential", "cube" })
                if (name != "cube" || int.IsPow2(n))
                    data.Add(name, n);
        return data;
    }

    static TopologyGenerator Named(string name, int n) => name switch
    {
        "ring" => new RingTopology(new() { Nodes = n }),
        "one-way" => new RingTopology(new() { Nodes = n, Directed = true }),
        "torus" => new TorusTopology(new() { Nodes = n }),
        "complete" => new CompleteTopology(new() { Nodes = n }),
        "star" => new StarTopology(new() { Nodes = n }),
        "exponential" => new ExponentialTopology(new() { Nodes = n }),
        _ => new HypercubeTopology(new() { Nodes = n }),
    };

    [Theory]
    [MemberData(nameof(NamedGraphs))]
    public void Formula_dense_and_Krylov_agree(string name, int n)
    {
        foreach (double share in new[] { 1.0, 0.3 })
        {
            var w = Mh(Named(name, n)).Lazy(share);
            var formula = Spectrum.ClosedForm(w);
            Assert.Equal(SpectrumWay.ClosedForm, formula?.Way);
            if (n > 1)
                AssertAgree(formula!, Spectrum.Dense(w), 1e-10);
            AssertAgree(formula!, Krylov(w, Exact), 1e-9);
        }
    }

    static void AssertAgree(Spectrum expected, Spectrum actual, double tolerance)
    {
        Assert.True(actual.Converged, $"residual {actual.Residual} after {actual.Iterations}");
        Assert.Equal(expected.SecondModulus, actual.SecondModulus, tolerance);
        Assert.Equal(expected.SecondLargest is null, actual.SecondLargest is null);
        Assert.Equal(expected.SecondLargest ?? 0, actual.SecondLargest ?? 0, tolerance);
        Assert.Equal(expected.Smallest ?? 0, actual.Smallest ?? 0, tolerance);
    }

    [Fact]
    public void Dense_and_Lanczos_agree_on_random_graphs()
    {
        for (ulong seed = 0; seed < 6; seed++)
        {
            AssertBoth(Mh(new BarabasiAlbertTopology(new() { Nodes = 150, EdgesPerNode = 2 }), seed));
            AssertBoth(Mh(new WattsStrogatzTopology(new() { Nodes = 120 }), seed));
            AssertBoth(Mh(new RandomRegularTopology(new() { Nodes = 100, Degree = 3 }), seed));
            AssertBoth(Mh(new ErdosRenyiTopology(new() { Nodes = 130, MeanDegree = 3 }), seed)); // may fall apart
        }

        static void AssertBoth(MixingMatrix w)
        {
            Assert.Null(Spectrum.ClosedForm(w));
            var krylov = Krylov(w, Exact);
            Assert.Equal(SpectrumWay.Lanczos, krylov.Way);
            AssertAgree(Spectrum.Dense(w), krylov, 1e-9);
        }
    }

    [Fact]
    public void Dense_and_Arnoldi_agree_on_graphs_that_are_not_symmetric()
    {
        for (ulong seed = 0; seed < 6; seed++)
        {
            var directed = Graphs.OfArcs(60, false, Graphs.RandomArcs(seed, 60, 240));
            var undirected = Graphs.Build(new BarabasiAlbertTopology(new() { Nodes = 80 }), seed);
            foreach (var topology in new[] { directed, undirected })
            {
                var w = new UniformMixing().Build(topology);
                var krylov = Krylov(w, Exact);
                Assert.Equal(SpectrumWay.Arnoldi, krylov.Way);
                AssertAgree(Spectrum.Dense(w), krylov, 1e-8);
            }
        }
    }

    [Fact]
    public void Restarts_reach_the_formula_where_the_basis_is_small()
    {
        // Twelve vectors for a ring whose second eigenvalue is within 0.005 of 1.
        var w = Mh(new RingTopology(new() { Nodes = 50 }));
        var found = Krylov(w, Exact with { BytesMax = 14 * 8 * 50 });
        Assert.True(found.Iterations > 24, "no restart happened");
        AssertAgree(Spectrum.ClosedForm(w)!, found, 1e-9);
    }

    [Fact]
    public void A_large_torus_is_found_by_Lanczos_as_by_the_formula()
    {
        var w = Mh(new TorusTopology(new() { Rows = 40, Columns = 50 }));
        AssertAgree(Spectrum.ClosedForm(w)!, Krylov(w, Exact), 1e-9);
    }

    [Fact]
    public void A_graph_without_formula_goes_dense_below_the_limit_and_to_Lanczos_above()
    {
        var w = Mh(new BinaryTreeTopology(new() { Nodes = 63 }));
        Assert.Equal(SpectrumWay.Dense, Find(w).Way);
        Assert.Equal(SpectrumWay.Lanczos, Find(w, new SpectrumLimits { DenseBelow = 60 }).Way);
    }

    [Fact]
    public void A_graph_that_falls_apart_has_no_gap()
    {
        var w = new MetropolisHastingsMixing().Build(Graphs.OfArcs(6, true, (0, 1), (1, 2), (3, 4), (4, 5)));
        Assert.Equal(0, Spectrum.Dense(w).Gap, 1e-12);
        Assert.Equal(0, Krylov(w, Exact).Gap, 1e-12);
    }

    [Fact]
    public void Caps_end_the_iterations_with_an_honest_residual()
    {
        var w = Mh(new GridTopology(new() { Rows = 30, Columns = 40 }));
        var truth = Krylov(w, Exact);
        Assert.True(truth.Converged);
        var capped = Krylov(w, Exact with { IterationsMax = 25 });
        Assert.Equal((false, 25), (capped.Converged, capped.Iterations));
        int asked = 0;
        var timed = Krylov(w, Exact with { TimeIsUp = () => ++asked == 17 });
        Assert.Equal((false, 17), (timed.Converged, timed.Iterations));
        Assert.True(timed.Residual > 1e-6);
        // Ritz values lie inside the spectrum, and an eigenvalue lies within the residual.
        Assert.InRange(capped.SecondLargest!.Value, 0, truth.SecondLargest!.Value + 1e-12);
        Assert.InRange(capped.Smallest!.Value, truth.Smallest!.Value - 1e-12, 1);
    }

    [Fact]
    public void A_cancelled_search_stops()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(
            () => Spectrum.Krylov(Mh(new RingTopology(new() { Nodes = 30 })), Exact, source.Token));
    }

    [Fact]
    public void The_same_matrix_gives_the_same_bits() =>
        Assert.Equal(
            Krylov(Mh(new BinaryTreeTopology(new() { Nodes = 300 })), Exact),
            Krylov(Mh(new BinaryTreeTopology(new() { Nodes = 300 })), Exact));

    [Fact]
    public void The_modulus_is_the_rate_at_which_disagreement_shrinks()
    {
        var w = Mh(new GridTopology(new() { Nodes = 16 }));
        double[] x = new double[16], y = new double[16];
        x[0] = 1;
        double before = 0, after = 0;
        for (int iteration = 0; iteration < 120; iteration++)
        {
            w.Multiply(x, y);
            (x, y) = (y, x);
            (before, after) = (after, x.Sum(v => (v - 1.0 / 16) * (v - 1.0 / 16)));
        }
        Assert.Equal(Find(w).SecondModulus, Math.Sqrt(after / before), 1e-6);
    }
}
