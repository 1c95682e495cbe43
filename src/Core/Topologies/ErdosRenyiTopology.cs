using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Core.Topologies;

/// <summary>
/// The random graph G(n, p): every pair of nodes is joined with probability p, independently. It may fall apart:
/// it is connected with high probability only where the mean degree exceeds ln n.
/// </summary>
/// <remarks>
/// Walks through the pairs by geometric skips, in time linear in nodes and edges (Batagelj and Brandes 2005, alg. 1).
/// The skip floor(ln u / ln q), q = 1 - p, is found from the powers q^1, q^2, q^4, .. by multiplications alone,
/// so that no library's logarithm can make two machines disagree on the graph.
/// </remarks>
[Topology("erdos-renyi", Source = "Gilbert 1959; Batagelj and Brandes, Phys. Rev. E 71 (2005) 036113, algorithm 1")]
public sealed class ErdosRenyiTopology(ErdosRenyiTopology.Options options) : TopologyGenerator
{
    /// <summary>The random graph's options: 'probability' or 'mean-degree'.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>Number of nodes.</summary>
        [Range(1, int.MaxValue)] public required int Nodes { get; init; }

        /// <summary>Probability p of an edge.</summary>
        [Range(0.0, 1.0)] public double? Probability { get; init; }

        /// <summary>Expected degree p (n - 1).</summary>
        [Range(0.0, int.MaxValue)] public double? MeanDegree { get; init; }

        /// <summary>Whether to keep only the largest component, whose number of nodes then is random.</summary>
        public bool LargestComponent { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if ((Probability is null) == (MeanDegree is null))
                yield return "expected exactly one of 'probability' and 'mean-degree'";
            if (MeanDegree is { } degree && degree > Nodes - 1)
                yield return $"'mean-degree' is {degree}, but {Nodes} nodes have degree {Nodes - 1} at most";
        }
    }

    /// <inheritdoc/>
    public override Topology Build(GraphContext context)
    {
        int n = options.Nodes;
        double p = options.Probability ?? (n == 1 ? 0 : options.MeanDegree!.Value / (n - 1));
        var edges = new TopologyBuilder(n, symmetric: true, (long)(0.5 * p * n * (n - 1)) + 16);
        if (p > 0)
            Sample(n, p, context.Draws, edges);
        var whole = edges.Build("erdos-renyi", p == 1 ? new CompleteShape() : null);
        return options.LargestComponent ? Connectivity.LargestComponent(whole) : whole;
    }

    static void Sample(int n, double p, GraphDraws draws, TopologyBuilder edges)
    {
        var powers = SkipPowers(1 - p);
        long pairs = (long)n * (n - 1) / 2;
        int high = 1; // the pair (high, low), low < high, has index high (high - 1) / 2 + low
        long low = -1, index = -1;
        while (true)
        {
            // Compared before it is added: a skip may be close to 2^63 where p is tiny.
            long skip = Skip(powers, 1 - draws.Uniform());
            if (skip >= pairs - 1 - index)
                return;
            index += skip + 1;
            low += skip + 1;
            while (low >= high)
                low -= high++;
            edges.Add(high, (int)low);
        }
    }

    // q^(2^k) for k = 0, 1, .. until the power is below every draw (2^-53) or the skip beyond every graph (2^62 pairs).
    static double[] SkipPowers(double q)
    {
        var powers = new List<double>();
        for (double power = q; powers.Count < 62; power *= power)
        {
            powers.Add(power);
            if (power < 1.0 / (1UL << 53))
                break;
        }
        return [.. powers];
    }

    // The greatest g with q^g >= u, u in (0, 1]: P(g >= k) = P(u <= q^k) = q^k, the misses before the next edge.
    static long Skip(double[] powers, double u)
    {
        long skip = 0;
        double product = 1;
        for (int k = powers.Length - 1; k >= 0; k--)
        {
            double next = product * powers[k];
            if (next < u)
                continue;
            product = next;
            skip += 1L << k;
        }
        return skip;
    }
}
