using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Methods.Walks;

/// <summary>What makes a walk impossible.</summary>
static class WalkChecks
{
    public static IEnumerable<string> Errors(MethodContext context, TokenSettings settings)
    {
        if (settings.Options.Start is { } start && start >= context.Places)
            yield return $"start is node {start}; the nodes are 0 to {context.Places - 1}";
        if (context.Topology is not { } topology || !settings.Walker.NeedsLinks)
            yield break;
        if (!topology.IsSymmetric)
            yield return "the walk needs links that go both ways; take an undirected topology";
        if (topology.Period > 1)
            yield return "the walk needs a topology that does not change with the iteration";
        if (settings.Walker.NeedsRows && !topology.HasRows)
            yield return "this walk looks at all neighbours of a node: a complete graph has at most 2048 nodes here";
    }
}
