using AsyncOpt.Core.Theory;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Theory;

public class TopologyFactsTests
{
    [Fact]
    public void A_ring_of_16_has_the_published_spectrum()
    {
        var ring = new RingTopology(new RingTopology.Options { Nodes = 16 }).Build(GraphContext.OfSeed(1));

        var facts = TopologyFacts.Of(ring, new MetropolisHastingsMixing().Schedule(ring)).ToDictionary();

        // lambda_2 = (1 + 2 cos(pi / 8)) / 3 = .9493, lambda_min = -1/3.
        Assert.Equal("16", facts["nodes"]);
        Assert.Equal("32", facts["directed edges"]);
        Assert.Equal("2", facts["degree"]);
        Assert.Equal("symmetric", facts["mixing matrix"]);
        Assert.Equal("0.050747", facts["spectral gap"]);
        Assert.Equal("0.94925, -0.33333", facts["second largest and smallest eigenvalue"]);
        Assert.Equal("formula", facts["eigenvalues found by"]);
    }

    [Fact]
    public void Iterations_that_are_cut_short_say_so()
    {
        var graph = new WattsStrogatzTopology(new WattsStrogatzTopology.Options { Nodes = 2000 }).Build(GraphContext.OfSeed(1));

        var facts = TopologyFacts.Of(graph, new MetropolisHastingsMixing().Schedule(graph), () => true).ToDictionary();

        Assert.Contains("not converged", facts["eigenvalues found by"], StringComparison.Ordinal);
    }
}
