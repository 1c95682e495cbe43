namespace AsyncOpt.Core.Programs;

/// <summary>What a layout needs to know of the run.</summary>
/// <param name="Places">The number of places where data lies: workers, or nodes of the topology.</param>
/// <param name="Dimension">The value of each named dimension.</param>
/// <param name="Topology">The graph of the nodes; a star's leaves are the places where a server serves workers.</param>
public sealed record LayoutContext(int Places, Func<string, int> Dimension, Topologies.Topology? Topology)
{
    /// <summary>What computations take; null where only the roles are asked for.</summary>
    public ComputeTimes.ComputeModel? Compute { get; init; }

    /// <summary>The parts of the parameters that belong together, such as the layers of a net.</summary>
    public IReadOnlyList<Problems.ParameterBlock> Blocks { get; init; } = [];

    /// <summary>The number of samples at each place.</summary>
    public Func<int, int> ShardSize { get; init; } = _ => 0;

    /// <summary>The context of a problem that was built for the given places.</summary>
    /// <param name="problem">Knows the dimensions beside <c>parameters</c> and <c>nodes</c>.</param>
    /// <param name="places">The number of workers or nodes.</param>
    /// <param name="topology">The graph of the nodes; null for workers.</param>
    /// <param name="compute">What computations take; null where only the roles are asked for.</param>
    public static LayoutContext Of(
        Problems.Problem problem, int places, Topologies.Topology? topology, ComputeTimes.ComputeModel? compute = null)
    {
        int Dimension(string name) => name switch
        {
            "parameters" => problem.Parameters,
            "nodes" => places,
            _ => problem.Dimension(name) is var dimension and >= 0 ? dimension : throw new InputException(
                $"the method needs a problem with a dimension '{name}', and this problem has none"),
        };
        return new LayoutContext(places, Dimension, topology)
        {
            Compute = compute,
            Blocks = problem.Blocks,
            ShardSize = place => problem.Sampler?.ShardSize(place) ?? 0,
        };
    }
}
