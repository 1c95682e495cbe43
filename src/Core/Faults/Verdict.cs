using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Faults;

/// <summary>What a verdict does to a message.</summary>
public enum VerdictKind
{
    /// <summary>Nothing.</summary>
    Pass,

    /// <summary>The message is lost.</summary>
    Drop,

    /// <summary>The message arrives twice, each with a delay of its own.</summary>
    Duplicate,

    /// <summary>The message takes longer.</summary>
    Delay,

    /// <summary>The message does not arrive before a time.</summary>
    Hold,

    /// <summary>The vectors of the message arrive changed.</summary>
    Corrupt,
}

/// <summary>What a fault rule says of a message.</summary>
public readonly record struct Verdict
{
    /// <summary>What it does.</summary>
    public VerdictKind Kind { get; private init; }

    /// <summary>By how much a delay is longer, or until when a message is held.</summary>
    public VirtualTime Time { get; private init; }

    /// <summary>How vectors are changed.</summary>
    public Distortion Distortion { get; private init; }

    /// <summary>Whether the noise is that of the message's rank alone, the same on all links.</summary>
    public bool IsAlike { get; private init; }

    /// <summary>Nothing happens to the message, as far as this rule goes.</summary>
    public static Verdict Pass => default;

    /// <summary>The message is lost.</summary>
    public static Verdict Drop => new() { Kind = VerdictKind.Drop };

    /// <summary>The message arrives twice, each with a delay of its own.</summary>
    public static Verdict Duplicate => new() { Kind = VerdictKind.Duplicate };

    /// <summary>The message takes longer.</summary>
    /// <param name="by">How much longer.</param>
    public static Verdict Delay(VirtualTime by) => new() { Kind = VerdictKind.Delay, Time = by };

    /// <summary>The message arrives no earlier than at a time; what would arrive later is not touched.</summary>
    /// <param name="until">The time.</param>
    public static Verdict Hold(VirtualTime until) => new() { Kind = VerdictKind.Hold, Time = until };

    /// <summary>The vectors of the message arrive changed; the sender keeps its own.</summary>
    /// <param name="how">How.</param>
    public static Verdict Corrupt(Distortion how) => new() { Kind = VerdictKind.Corrupt, Distortion = how };

    /// <summary>
    /// The same, where messages of one rank have the same noise, whatever their links; of a rule that counts per link.
    /// </summary>
    /// <param name="how">How.</param>
    public static Verdict CorruptAlike(Distortion how) =>
        new() { Kind = VerdictKind.Corrupt, Distortion = how, IsAlike = true };
}
