using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Faults;

/// <summary>Names a fault in experiment files.</summary>
/// <param name="name">The name, for instance <c>drop</c>.</param>
public sealed class FaultAttribute(string name) : EntryAttribute(name);

/// <summary>What a fault rule does to a message.</summary>
public enum Verdict
{
    /// <summary>Nothing: the next rule decides.</summary>
    Pass,

    /// <summary>The message is lost.</summary>
    Drop,

    /// <summary>The message arrives twice, each with a delay of its own.</summary>
    Duplicate,
}

/// <summary>
/// A rule about what goes wrong. Rules are asked in declared order; the first verdict other than
/// <see cref="Verdict.Pass"/> decides.
/// </summary>
[EntryKind("faults")]
public abstract class Fault
{
    /// <summary>The name in experiment files; that of the class where it has none.</summary>
    public string Name => EntryAttribute.NameOf(this);

    /// <summary>Whether <see cref="Judge"/> can say anything but pass.</summary>
    public virtual bool JudgesMessages => false;

    /// <summary>What happens to one message.</summary>
    /// <param name="from">The sender's place, -1 for a server.</param>
    /// <param name="to">The receiver's place, -1 for a server.</param>
    /// <param name="draw">Names the message among the link's, and the rule among the rules.</param>
    public virtual Verdict Judge(int from, int to, in Draw draw) => Verdict.Pass;

    /// <summary>The crashes of a run, in any order; none overlap at one place.</summary>
    /// <param name="places">The number of workers or nodes.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="horizon">The end of the run; null where it is not known.</param>
    public virtual IEnumerable<Crash> Crashes(int places, ulong seed, VirtualTime? horizon) => [];
}

/// <summary>The agents of a place go down and come back.</summary>
/// <param name="Place">Which; -1 for the server.</param>
/// <param name="At">When.</param>
/// <param name="Until">When it comes back; null for never.</param>
public readonly record struct Crash(int Place, VirtualTime At, VirtualTime? Until);
