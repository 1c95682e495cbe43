using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.ComputeTimes;

/// <summary>Names a slowdown in experiment files.</summary>
/// <param name="name">The name, for instance <c>bursts</c>.</param>
public sealed class SlowdownAttribute(string name) : EntryAttribute(name);

/// <summary>A computation, as slowdowns see it when it is requested.</summary>
public readonly struct ComputeContext
{
    /// <summary>The virtual time at which it begins.</summary>
    public VirtualTime Now { get; init; }

    /// <summary>The number of the agent that computes.</summary>
    public int Agent { get; init; }

    /// <summary>Its worker or node, or the node that a token stands on; -1 for a server.</summary>
    public int Place { get; init; }

    /// <summary>Its rank among what the agent ever asked for, from 0.</summary>
    public long Number { get; init; }

    /// <summary>The steps of local training; 1 for everything else.</summary>
    public int Steps { get; init; }

    /// <summary>The number of samples, over all steps.</summary>
    public long Samples { get; init; }

    /// <summary>The agent's role; null where a slowdown is asked outside of a run.</summary>
    public RoleLayout? Role { get; init; }
}

/// <summary>
/// What makes computations slower, or faster, than the compute model says: a factor for each of them, which may depend
/// on the time, the agent, what it computes, and chance.
/// </summary>
[EntryKind("slowdowns")]
public abstract class Slowdown
{
    /// <summary>The name in experiment files; that of the class where it has none.</summary>
    public string Name => EntryAttribute.NameOf(this);

    /// <summary>Checks the options against the run, opens files. Called once, before anything else.</summary>
    /// <param name="context">How many places there are, what they are called, where files are.</param>
    /// <exception cref="InputException">The options do not fit the run.</exception>
    public virtual void Build(LinkContext context)
    {
    }

    /// <summary>
    /// What the time of a computation is multiplied by, at least 0: a function of its arguments alone, so that it is
    /// the same on every host, in any order, after a checkpoint.
    /// </summary>
    /// <param name="computation">The computation.</param>
    /// <param name="draw">
    /// Names the computation among the agent's, and the slowdown among the slowdowns; the draw of the computation n
    /// ranks before is <c>draw.Earlier(n)</c>.
    /// </param>
    public abstract double Factor(in ComputeContext computation, in Draw draw);
}
