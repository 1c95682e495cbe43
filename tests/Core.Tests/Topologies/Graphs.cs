using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Topologies;

/// <summary>Plain restatements of what a topology must satisfy, and slow truths to compare with.</summary>
static class Graphs
{
    public static Topology Build(TopologyGenerator generator, ulong seed = 1) =>
        generator.Build(GraphContext.OfSeed(seed));

    /// <summary>The edges as a set of ordered pairs.</summary>
    public static HashSet<(int From, int To)> Edges(Topology t)
    {
        var edges = new HashSet<(int, int)>();
        for (int i = 0; i < t.Nodes; i++)
            for (int k = 0; k < t.OutDegree(i); k++)
                Assert.True(edges.Add((i, t.OutNeighbour(i, k))), $"edge {i} -> {t.OutNeighbour(i, k)} repeats");
        return edges;
    }

    /// <summary>What holds for any topology: rows, ids and in-edges against the plain set of edges.</summary>
    public static HashSet<(int From, int To)> CheckInvariants(Topology t)
    {
        var edges = Edges(t);
        Assert.Equal(edges.Count, t.Edges);
        long id = 0, sumIn = 0;
        for (int i = 0; i < t.Nodes; i++)
        {
            Assert.Equal(id, t.OutStart(i));
            Assert.Equal(sumIn, t.InStart(i));
            for (int k = 0; k < t.OutDegree(i); k++, id++)
            {
                int other = t.OutNeighbour(i, k);
                Assert.InRange(other, 0, t.Nodes - 1);
                Assert.NotEqual(i, other);
                Assert.True(k == 0 || t.OutNeighbour(i, k - 1) < other, "out-row is not ascending");
                Assert.Equal(id, t.EdgeId(i, other));
            }
            for (int k = 0; k < t.InDegree(i); k++)
            {
                int other = t.InNeighbour(i, k);
                Assert.True(k == 0 || t.InNeighbour(i, k - 1) < other, "in-row is not ascending");
                Assert.Contains((other, i), edges);
                Assert.Equal(t.EdgeId(other, i), t.InEdgeId(i, k));
            }
            Assert.Equal(-1, t.EdgeId(i, i));
            sumIn += t.InDegree(i);
            if (t.HasRows)
                CheckRows(t, i);
        }
        Assert.Equal(t.Edges, t.OutStart(t.Nodes));
        Assert.Equal(t.Edges, sumIn); // handshake: every edge enters somewhere once
        Assert.Equal(edges.All(e => edges.Contains((e.To, e.From))), t.IsSymmetric);
        Assert.Equal(edges.Count == t.Nodes * (t.Nodes - 1), t.IsComplete);
        var degrees = Enumerable.Range(0, t.Nodes).ToArray();
        Assert.Equal((degrees.Min(t.OutDegree), degrees.Max(t.OutDegree)), (t.OutDegreeMin, t.OutDegreeMax));
        Assert.Equal((degrees.Min(t.InDegree), degrees.Max(t.InDegree)), (t.InDegreeMin, t.InDegreeMax));
        return edges;
    }

    static void CheckRows(Topology t, int i)
    {
        Assert.Equal(t.OutDegree(i), t.OutNeighbours(i).Length);
        Assert.Equal(t.InDegree(i), t.InNeighbours(i).Length);
        Assert.Equal(t.InDegree(i), t.InEdgeIds(i).Length);
        for (int k = 0; k < t.OutDegree(i); k++)
            Assert.Equal(t.OutNeighbour(i, k), t.OutNeighbours(i)[k]);
        for (int k = 0; k < t.InDegree(i); k++)
        {
            Assert.Equal(t.InNeighbour(i, k), t.InNeighbours(i)[k]);
            Assert.Equal(t.InEdgeId(i, k), t.InEdgeIds(i)[k]);
        }
    }

    /// <summary>All-pairs hop counts by Floyd and Warshall; int.MaxValue / 2 where there is no path.</summary>
    public static int[,] Distances(Topology t)
    {
        int n = t.Nodes;
        var d = new int[n, n];
        var edges = Edges(t);
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                d[i, j] = i == j ? 0 : edges.Contains((i, j)) ? 1 : int.MaxValue / 2;
        for (int k = 0; k < n; k++)
            for (int i = 0; i < n; i++)
                for (int j = 0; j < n; j++)
                    d[i, j] = Math.Min(d[i, j], d[i, k] + d[k, j]);
        return d;
    }

    public static int Diameter(Topology t) => Distances(t).Cast<int>().Max();

    /// <summary>Random arcs over some nodes, with self loops and repetitions.</summary>
    public static (int From, int To)[] RandomArcs(ulong seed, int nodes, int count)
    {
        var draws = new GraphDraws(seed, purpose: 99);
        return [.. Enumerable.Range(0, count).Select(_ => (draws.Below(nodes), draws.Below(nodes)))];
    }

    public static Topology OfArcs(int nodes, bool symmetric, params (int From, int To)[] arcs)
    {
        var builder = new TopologyBuilder(nodes, symmetric);
        foreach (var (from, to) in arcs)
            builder.Add(from, to);
        return builder.Build("test");
    }

    public static string[] Violations(AsyncOpt.Core.Catalog.ICheckedOptions options) => [.. options.Violations()];
}
