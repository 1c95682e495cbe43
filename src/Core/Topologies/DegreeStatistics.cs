namespace AsyncOpt.Core.Topologies;

/// <summary>How many neighbours the nodes of a graph have.</summary>
/// <param name="Min">The least degree.</param>
/// <param name="Max">The greatest degree.</param>
/// <param name="Mean">Edges / nodes.</param>
/// <param name="Variance">Mean squared distance from the mean.</param>
public readonly record struct DegreeStatistics(int Min, int Max, double Mean, double Variance)
{
    /// <summary>Statistics of the out-degrees; of an undirected graph, of the degrees.</summary>
    /// <param name="topology">Any topology; of a schedule, the union of its phases.</param>
    public static DegreeStatistics Out(Topology topology) => Of(topology.Nodes, topology.OutDegree);

    /// <summary>Statistics of the in-degrees.</summary>
    /// <param name="topology">Any topology; of a schedule, the union of its phases.</param>
    public static DegreeStatistics In(Topology topology) => Of(topology.Nodes, topology.InDegree);

    static DegreeStatistics Of(int nodes, Func<int, int> degree)
    {
        int min = int.MaxValue, max = 0;
        long sum = 0;
        for (int node = 0; node < nodes; node++)
        {
            int d = degree(node);
            (min, max, sum) = (Math.Min(min, d), Math.Max(max, d), sum + d);
        }
        double mean = (double)sum / nodes, squares = 0;
        for (int node = 0; node < nodes; node++)
            squares += (degree(node) - mean) * (degree(node) - mean);
        return new DegreeStatistics(min, max, mean, squares / nodes);
    }
}
