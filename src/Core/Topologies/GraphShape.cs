namespace AsyncOpt.Core.Topologies;

/// <summary>What is known of a graph beyond its edges, from which spectra follow in closed form.</summary>
public abstract record GraphShape;

/// <summary>Every node is joined with every other.</summary>
public sealed record CompleteShape : GraphShape;

/// <summary>Node 0 is joined with every other node, and no others are joined.</summary>
public sealed record StarShape : GraphShape;

/// <summary>
/// The Cartesian product of cycles: one is a ring, two a torus, d cycles of two nodes a hypercube.
/// A cycle of one node has no edge, one of two nodes has one.
/// </summary>
/// <param name="Lengths">Nodes of each cycle; their product is the number of nodes.</param>
public sealed record CycleProductShape(IReadOnlyList<int> Lengths) : GraphShape;

/// <summary>Node i sends to i + o mod n for every offset o.</summary>
/// <param name="Offsets">Different from each other, in 1..n-1.</param>
public sealed record CirculantShape(IReadOnlyList<int> Offsets) : GraphShape;
