using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Core.Topologies;

/// <summary>Makes a graph from its options and, where it is random, from the topology's seed.</summary>
[EntryKind("topologies")]
public abstract class TopologyGenerator
{
    /// <summary>Makes the graph. The same options and draws give the same graph.</summary>
    /// <param name="context">Draws and files.</param>
    /// <exception cref="InputException">No such graph exists, it is too large, or its file is broken.</exception>
    public abstract Topology Build(GraphContext context);
}

/// <summary>Marks a topology of the catalogue.</summary>
/// <param name="name">The name in experiment files.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TopologyAttribute(string name) : EntryAttribute(name);

/// <summary>What a generator may use beside its options.</summary>
/// <param name="Draws">The draws of the topology's seed; used by one generator only.</param>
/// <param name="Locate">Turns a data file's name in the experiment into a path that can be opened.</param>
public sealed record GraphContext(GraphDraws Draws, Func<string, string> Locate)
{
    /// <summary>A context of a seed, with file names taken as paths.</summary>
    /// <param name="seed">The topology's seed.</param>
    public static GraphContext OfSeed(ulong seed) => new(new GraphDraws(seed), name => name);
}
