using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Core.Topologies;

/// <summary>A connected random graph in which every node has the same degree d.</summary>
/// <remarks>
/// Pairing: every node has d points, and points are paired at random (Bollobas 1980). Up to degree 4 a pairing that
/// makes a self loop or repeats an edge is thrown away, which is exactly uniform. Above, where hardly any survives,
/// only the bad pairs are dissolved and their points paired anew; where no allowed pair is left, all starts over
/// (Steger and Wormald 1999: uniform in the limit of many nodes). Graphs that fall apart are drawn again.
/// Degree 2: a ring in random order, the only connected one. Degrees above (n - 1) / 2: the complement of such a graph.
/// </remarks>
[Topology("random-regular", Source = "Steger and Wormald, Combin. Probab. Comput. 8 (1999) 377")]
public sealed class RandomRegularTopology(RandomRegularTopology.Options options) : TopologyGenerator
{
    // A pairing survives with probability about exp(-(d^2 - 1) / 4): 1 in 43 for degree 4, 1 in 400 for degree 5.
    const int ExactDegreeMax = 4;

    // Every graph asked for exists, so attempts end; the limit only turns a mistake here into a message.
    const int AttemptsMax = 100_000;

    /// <summary>The random regular graph's options.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>Number of nodes.</summary>
        [Range(1, int.MaxValue)] public required int Nodes { get; init; }

        /// <summary>Degree d of every node: below the number of nodes, and one of both is even.</summary>
        [Range(0, int.MaxValue)] public required int Degree { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (Degree >= Nodes)
                yield return $"expected 'degree' below 'nodes', got {Degree} and {Nodes}";
            else if ((long)Nodes * Degree % 2 != 0)
                yield return $"expected 'nodes' x 'degree' to be even, got {Nodes} x {Degree}";
            else if ((Degree == 0 && Nodes > 1) || (Degree == 1 && Nodes > 2))
                yield return $"expected a 'degree' of at least 2: {Nodes} nodes of degree {Degree} cannot be connected";
        }
    }

    /// <inheritdoc/>
    public override Topology Build(GraphContext context)
    {
        int n = options.Nodes, d = options.Degree;
        if (d == 2)
            return RandomRing(n, context.Draws);
        // More than half of all edges: the few that are missing are drawn instead.
        int drawn = d > (n - 1) / 2 ? n - 1 - d : d;
        for (int attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var neighbours = Pair(n, drawn, context.Draws);
            if (neighbours is null)
                continue;
            var topology = drawn == d ? OfRows(neighbours, n, d) : Complement(neighbours, n, drawn);
            if (Connectivity.Components(topology).Count == 1)
                return topology;
        }
        throw new InputException(
            $"random-regular: no connected graph of {n} nodes and degree {d} in {AttemptsMax} attempts; "
            + "choose another degree or seed");
    }

    static Topology RandomRing(int n, GraphDraws draws)
    {
        var edges = new TopologyBuilder(n, symmetric: true, n);
        var order = new int[n];
        for (int node = 0; node < n; node++)
            order[node] = node;
        draws.Shuffle(order);
        for (int i = 0; i < n; i++)
            edges.Add(order[i], order[i + 1 < n ? i + 1 : 0]);
        return edges.Build("random-regular");
    }

    // The neighbours of every node (n x d), or null where the pairing failed.
    static int[]? Pair(int n, int d, GraphDraws draws)
    {
        long count = (long)n * d;
        if (count > Array.MaxLength)
            throw new InputException($"random-regular: {n} nodes of degree {d} do not fit; choose fewer");
        if (MachineMemory.Refusal(n, count / 2) is { } tooLarge)
            throw new InputException(tooLarge);
        var neighbours = new int[count];
        var degrees = new int[n];
        var points = new int[count];
        for (int i = 0; i < points.Length; i++)
            points[i] = i / d;
        int left = points.Length;
        while (left > 0)
        {
            int kept = 0;
            for (int i = 0; i < left; i += 2)
            {
                // The first free point meets a uniform one of the others.
                int partner = i + 1 + draws.Below(left - i - 1);
                (points[i + 1], points[partner]) = (points[partner], points[i + 1]);
                int a = points[i], b = points[i + 1];
                if (Allowed(neighbours, degrees, d, a, b))
                {
                    neighbours[a * d + degrees[a]++] = b;
                    neighbours[b * d + degrees[b]++] = a;
                }
                else if (d <= ExactDegreeMax)
                    return null;
                else
                    (points[kept++], points[kept++]) = (a, b);
            }
            if (kept == left && !AnyAllowed(neighbours, degrees, d, points.AsSpan(0, left)))
                return null;
            left = kept;
        }
        return neighbours;
    }

    static bool Allowed(int[] neighbours, int[] degrees, int d, int a, int b) =>
        a != b && !neighbours.AsSpan(a * d, degrees[a]).Contains(b);

    static bool AnyAllowed(int[] neighbours, int[] degrees, int d, ReadOnlySpan<int> points)
    {
        for (int i = 0; i < points.Length; i++)
            for (int j = 0; j < i; j++)
                if (Allowed(neighbours, degrees, d, points[i], points[j]))
                    return true;
        return false;
    }

    static Topology OfRows(int[] neighbours, int n, int d)
    {
        var edges = new TopologyBuilder(n, symmetric: true, (long)n * d / 2);
        for (int node = 0; node < n; node++)
            foreach (int other in neighbours.AsSpan(node * d, d))
                if (node < other)
                    edges.Add(node, other);
        return edges.Build("random-regular");
    }

    static Topology Complement(int[] neighbours, int n, int missing)
    {
        if (missing == 0)
            return Topology.Complete("random-regular", n);
        var edges = new TopologyBuilder(n, symmetric: true, (long)n * (n - 1 - missing) / 2);
        var row = new bool[n];
        for (int node = 0; node < n; node++)
        {
            var absent = neighbours.AsSpan(node * missing, missing);
            foreach (int other in absent)
                row[other] = true;
            for (int other = node + 1; other < n; other++)
                if (!row[other])
                    edges.Add(node, other);
            foreach (int other in absent)
                row[other] = false;
        }
        return edges.Build("random-regular");
    }
}
