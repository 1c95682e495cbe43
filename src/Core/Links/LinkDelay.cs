using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Links;

/// <summary>Names a link model in experiment files.</summary>
/// <param name="name">The name, for instance <c>per-link</c>.</param>
public sealed class LinkAttribute(string name) : EntryAttribute(name);

/// <summary>
/// The propagation delay of messages: independent per message, whatever is in flight. Rates and queues belong to
/// cards, not here.
/// </summary>
[EntryKind("links")]
public abstract class LinkDelay
{
    /// <summary>Opens files and fixes what is drawn once per link. Called once, before anything else.</summary>
    /// <param name="context">Where files are, how many places there are, the seed.</param>
    public virtual void Build(LinkContext context)
    {
    }

    /// <summary>
    /// The infimum of the delay of one link; from place to place, -1 for the server.
    /// </summary>
    public abstract VirtualTime Floor(int from, int to);

    /// <summary>The infimum over all links.</summary>
    public abstract VirtualTime FloorOverall { get; }

    /// <summary>Whether all links have one floor, so that it does not matter which of them partitions cut.</summary>
    public virtual bool IsUniform => false;

    /// <summary>
    /// Whether the delays of a link vary, by chance or with the message: otherwise each link's delay is its floor.
    /// </summary>
    public abstract bool IsRandom { get; }

    /// <summary>
    /// Whether a delay depends on more than its link and its draw: the time, the kind of message, its bytes. Then it is
    /// asked with the message, and is never below its link's floor; without a floor, a run takes one partition.
    /// </summary>
    public virtual bool SeesMessages => false;

    /// <summary>Whether <see cref="MessageContext.Sequence"/> must have no gaps, at 4 bytes for each link.</summary>
    public virtual bool CountsPerLink => false;

    /// <summary>
    /// The law of every link's delay, in seconds, where there is one for all and delays are drawn with it: then
    /// <see cref="Sample(int, int, in Draw)"/> is its duration. Null where delays are made in another way.
    /// </summary>
    public virtual Law? CommonLaw => null;

    /// <summary>The mean delay of one link in seconds; null where that is not known.</summary>
    /// <param name="from">The sender's place, -1 for a server.</param>
    /// <param name="to">The receiver's place, -1 for a server.</param>
    public virtual double? Mean(int from, int to) =>
        SeesMessages ? null : CommonLaw?.Mean ?? (IsRandom ? null : Floor(from, to).Seconds);

    /// <summary>The delay of one message; a drawn one counts as at least 1 ns.</summary>
    /// <param name="from">The sender's place, -1 for a server.</param>
    /// <param name="to">The receiver's place, -1 for a server.</param>
    /// <param name="draw">Names the message among the link's.</param>
    public abstract VirtualTime Sample(int from, int to, in Draw draw);

    /// <summary>
    /// The delay of one message where the model sees messages; what <see cref="Sample(int, int, in Draw)"/> says is
    /// then what is usual on the link.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="draw">Names the message among the link's.</param>
    public virtual VirtualTime Sample(in MessageContext message, in Draw draw) =>
        Sample(message.From, message.To, in draw);

    /// <summary>What messages to the user call it: its name in experiment files.</summary>
    public override string ToString() => EntryAttribute.NameOf(this);
}

/// <summary>What link models and faults are built from, beside their options.</summary>
/// <param name="Places">The number of workers or nodes.</param>
/// <param name="Seed">The run's seed, for what is drawn once.</param>
/// <param name="Locate">Finds a data file by name or path.</param>
public sealed record LinkContext(int Places, ulong Seed, Func<string, string> Locate)
{
    /// <summary>Whether places are workers of a server, which is on the links too.</summary>
    public bool HasServer { get; init; }

    /// <summary>The nodes' names in the file they came from, by node; null where they have only numbers.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>Receives what was taken for what, one sentence each, for the user.</summary>
    public ICollection<string> Notes { get; init; } = new List<string>();

    /// <summary>Refuses a place that the run does not have.</summary>
    /// <param name="rule">Who names it, for the message.</param>
    /// <param name="place">The place; -1 for the server.</param>
    /// <param name="orServer">Whether it may be the server.</param>
    /// <exception cref="InputException">There is no such place.</exception>
    public void RequirePlace(string rule, int place, bool orServer = true)
    {
        orServer &= HasServer;
        if (place >= (orServer ? -1 : 0) && place < Places)
            return;
        throw new InputException($"{rule}: there is no place {place}; the places are 0 to {Places - 1}"
            + (orServer ? ", the server is -1" : ""));
    }
}

/// <summary>The links of a run.</summary>
/// <param name="Delay">Propagation.</param>
/// <param name="Fifo">Whether each link keeps the order of its messages.</param>
/// <param name="SendRate">Bytes per second that leave an agent; null for no limit.</param>
/// <param name="ReceiveRate">Bytes per second that enter an agent; null for no limit.</param>
public sealed record LinkModel(LinkDelay Delay, bool Fifo = false, double? SendRate = null, double? ReceiveRate = null)
{
    /// <summary>
    /// How messages at a card at the same time share its rate; null where it passes one after the other.
    /// </summary>
    public BandwidthLaw? Sharing { get; init; }

    /// <summary>How many messages may wait at a card; what comes beyond is lost. Null for no limit.</summary>
    public int? Buffer { get; init; }

    /// <summary>How what faults lose is sent again; null where it is lost for good.</summary>
    public Retransmission? Retransmit { get; init; }

    /// <summary>What was taken for what when delays were read, one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>
    /// In virtual time, no message over a link takes less than this: shorter delays are raised to it, longer ones stay
    /// as they are. So partitions can run ahead by this much where delays have no floor.
    /// </summary>
    public VirtualTime Quantum { get; init; }

    /// <summary>Why links cannot keep the order of a method's messages; null where they can, or need not.</summary>
    /// <param name="layout">The method's layout.</param>
    public string? OrderRefusal(Layout layout) => Fifo && layout.HasOverlays
        ? "this method sends to any agent, and the order of messages would have to be kept for every pair of them; "
            + "take 'fifo: false'"
        : null;

    /// <summary>How long a message takes to leave or to enter an agent.</summary>
    /// <param name="bytes">Its size.</param>
    /// <param name="rate">Bytes per second, above 0.</param>
    public static VirtualTime Transfer(long bytes, double rate) => VirtualTime.FromSeconds(bytes / rate);
}
