using System.Globalization;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Faults;

/// <summary>Names a fault in experiment files.</summary>
/// <param name="name">The name, for instance <c>drop</c>.</param>
public sealed class FaultAttribute(string name) : EntryAttribute(name);

/// <summary>
/// A rule about what goes wrong. Rules are asked in declared order, up to the first that drops or duplicates the
/// message. What delays, holds or corrupts it leaves it to those that follow: delays add up, the latest hold counts,
/// and corruptions are applied one after the other.
/// </summary>
[EntryKind("faults")]
public abstract class Fault
{
    // They are listed before a run, in some 40 bytes each.
    const int CrashesMax = 10_000_000;

    /// <summary>The name in experiment files; that of the class where it has none.</summary>
    public string Name => EntryAttribute.NameOf(this);

    /// <summary>Whether <see cref="Judge"/> can say anything but pass.</summary>
    public virtual bool JudgesMessages => false;

    /// <summary>Whether messages that it judges may be lost.</summary>
    public virtual bool LosesMessages => false;

    /// <summary>
    /// Whether it concerns moves of tokens, too; what duplicates or corrupts messages does nothing to a move.
    /// </summary>
    public virtual bool JudgesMoves => JudgesMessages;

    /// <summary>Whether <see cref="MessageContext.Sequence"/> must have no gaps, at 4 bytes for each link.</summary>
    public virtual bool CountsPerLink => false;

    /// <summary>Checks the options against the run, opens files. Called once, before anything else.</summary>
    /// <param name="context">How many places there are, what they are called, where files are.</param>
    /// <exception cref="InputException">The options do not fit the run.</exception>
    public virtual void Build(LinkContext context)
    {
    }

    /// <summary>
    /// What happens to one message: a function of its arguments alone, so that it is the same on every host, in any
    /// order, after a checkpoint and in a replay.
    /// </summary>
    /// <param name="message">The message, or the move of a token, which comes neither twice nor corrupted.</param>
    /// <param name="draw">
    /// Names the message among the link's, and the rule among the rules. Of a rule that counts per link, the draw of
    /// the message n ranks before is <c>draw.Earlier(n)</c>.
    /// </param>
    public virtual Verdict Judge(in MessageContext message, in Draw draw) => Verdict.Pass;

    /// <summary>
    /// How many of the last messages that leave a place it may ask for, of each link and kind: the host keeps their
    /// vectors, which costs as many at each link.
    /// </summary>
    /// <param name="place">The place; -1 for the server.</param>
    public virtual int Recollection(int place) => 0;

    /// <summary>
    /// Which message's vectors are sent instead of its own: that so many before it, of the same link and kind; 0 for
    /// its own. A function of its arguments alone, asked once for each message that carries vectors, before
    /// <see cref="Judge"/>; where there is no message so long before, it carries its own.
    /// </summary>
    /// <param name="message">The message; its sequence counts those that its sender sends with vectors.</param>
    /// <param name="draw">Names the message among its sender's, and the rule among the rules.</param>
    public virtual int Recalls(in MessageContext message, in Draw draw) => 0;

    /// <summary>Whether <see cref="TimerDelay"/> can say anything but the delay itself.</summary>
    public virtual bool ChangesTimers => false;

    /// <summary>
    /// How long a timer takes that an agent sets by its own clock: a function of its arguments alone.
    /// </summary>
    /// <param name="place">Where the agent is; -1 for the server.</param>
    /// <param name="now">When it is set.</param>
    /// <param name="delay">How long it is to take.</param>
    /// <param name="seed">The run's seed.</param>
    public virtual VirtualTime TimerDelay(int place, VirtualTime now, VirtualTime delay, ulong seed) => delay;

    /// <summary>Why it can do nothing in a run; null where it can, or where that is not known.</summary>
    /// <param name="horizon">The end of the run; null where it is not known.</param>
    public virtual string? WhyIdle(VirtualTime? horizon) => null;

    /// <summary>The crashes of a run, in any order; none overlap at one place.</summary>
    /// <param name="places">The number of workers or nodes.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="horizon">The end of the run; null where it is not known.</param>
    /// <exception cref="InputException">The run has no end that is known, or so many that they cannot be listed.
    /// </exception>
    public virtual IEnumerable<Crash> Crashes(int places, ulong seed, VirtualTime? horizon) => [];

    /// <summary>
    /// When places are cut off, though they are up, as far as that is known beforehand: for the times until they are
    /// back at work. In the order of their beginning.
    /// </summary>
    /// <param name="horizon">The end of the run; null where it is not known.</param>
    public virtual IEnumerable<Interruption> Interruptions(VirtualTime? horizon) => [];

    /// <summary>Refuses more crashes than can be listed before a run, by how many there will be about.</summary>
    /// <param name="crashes">How many of all places until the end of the run.</param>
    /// <param name="remedy">What to change, beside the end of the run.</param>
    /// <exception cref="InputException">They are more than ten million.</exception>
    private protected void RequireFewCrashes(double crashes, string remedy)
    {
        if (crashes > CrashesMax)
        {
            throw new InputException(string.Create(CultureInfo.InvariantCulture,
                $"{Name}: about {crashes:0.##e0} crashes until the end of the run; expected at most {CrashesMax}: "
                + $"{remedy}, or an earlier stop.time"));
        }
    }
}

/// <summary>The agents of a place go down and come back.</summary>
/// <param name="Place">Which; -1 for the server.</param>
/// <param name="At">When.</param>
/// <param name="Until">When it comes back; null for never.</param>
/// <param name="State">What becomes of the agents' state.</param>
public readonly record struct Crash(
    int Place, VirtualTime At, VirtualTime? Until, CrashedState State = CrashedState.Kept);
