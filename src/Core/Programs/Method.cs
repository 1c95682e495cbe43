using System.Reflection;
using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Core.Programs;

/// <summary>What a method needs from the experiment.</summary>
public enum Needs
{
    /// <summary>A number of workers, each linked to the server.</summary>
    Workers,

    /// <summary>A topology whose nodes are the agents, or the places of tokens.</summary>
    Topology,
}

/// <summary>Names a method in experiment files.</summary>
/// <param name="name">The name, for instance <c>async-sgd</c>.</param>
public sealed class MethodAttribute(string name) : EntryAttribute(name)
{
    /// <summary>What the method needs from the experiment.</summary>
    public required Needs Needs { get; init; }

    /// <summary>Whether it mixes by a mixing matrix.</summary>
    public bool NeedsMixing { get; init; }

    /// <summary>Where it departs from its source; <c>nothing</c> where it does not.</summary>
    public string Differs { get; init; } = "nothing";

    /// <summary>After which faults it goes on, whatever its options.</summary>
    public Tolerance Tolerates { get; init; } = Tolerance.All;

    /// <summary>After which faults it goes on where <see cref="Timeout"/> is given.</summary>
    public Tolerance ToleratesWithTimeout { get; init; }

    /// <summary>The option that ends waiting, as it is written in experiment files.</summary>
    public string Timeout { get; init; } = "timeout";
}

/// <summary>
/// A method: its options, its role programs, its layout, in one file. It knows no clock, thread, file, grain or device.
/// </summary>
[EntryKind("methods")]
public abstract class Method
{
    MethodAttribute? Attribute => GetType().GetCustomAttribute<MethodAttribute>();

    /// <summary>Its name in experiment files; that of the class where it has none.</summary>
    public string Name => EntryAttribute.NameOf(this);

    /// <summary>Whether its option <see cref="TimeoutOption"/> is given.</summary>
    public virtual bool HasTimeout => false;

    /// <summary>The option that ends waiting, as it is written in experiment files.</summary>
    public string TimeoutOption => Attribute?.Timeout ?? "timeout";

    /// <summary>After which faults it goes on where that is given.</summary>
    public Tolerance ToleratesWithTimeout => Tolerates | (Attribute?.ToleratesWithTimeout ?? Tolerance.None);

    /// <summary>After which faults it goes on with the options that it has.</summary>
    public Tolerance Tolerates => Attribute is { } a
        ? a.Tolerates | (HasTimeout ? a.ToleratesWithTimeout : Tolerance.None)
        : Tolerance.All;

    /// <summary>Declares roles and message kinds.</summary>
    public abstract void Declare(Layout layout);

    /// <summary>
    /// The oracles that its programs ask for. A problem that lacks one is refused before time is spent; reductions need
    /// not be named.
    /// </summary>
    public virtual IReadOnlyList<Oracle> Oracles => [Oracle.Gradient];

    /// <summary>
    /// What is dubious about this method in this run: one sentence each, for instance a step beyond stability.
    /// </summary>
    public virtual IEnumerable<string> Warnings(MethodContext context) => [];

    /// <summary>What makes this method impossible in this run: one sentence each.</summary>
    public virtual IEnumerable<string> Errors(MethodContext context) => [];
}

/// <summary>What a method may check before time is spent.</summary>
/// <param name="Places">The number of workers or nodes.</param>
/// <param name="Topology">The graph, where there is one.</param>
/// <param name="Mixing">The mixing matrices by iteration, where there are any.</param>
/// <param name="Smoothness">A bound L on the curvature of the objective, where the problem knows one.</param>
/// <param name="StrongConvexity">A lower bound on the curvature; 0 where the problem knows none.</param>
public sealed record MethodContext(
    int Places,
    Topologies.Topology? Topology,
    Topologies.MixingSchedule? Mixing,
    double? Smoothness,
    double StrongConvexity);
