using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Methods.Bilevel;

/// <summary>What a block is asked for in a round.</summary>
[Flags]
enum RoundParts
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Its trackers move.</summary>
    Updates = 1,

    /// <summary>Its gradient counts.</summary>
    Counts = 2,

    /// <summary>It was asked before, and may have answered.</summary>
    Again = 4,
}

/// <summary>What a round tells a block beside vectors.</summary>
/// <param name="Penalty">The penalty of F2SA.</param>
/// <param name="Parts">What it is asked for.</param>
readonly record struct RoundBody(double Penalty, RoundParts Parts);

/// <summary>What coordinator and blocks say to each other; every method has its own.</summary>
/// <param name="withBefore">Whether a round carries the point before, too.</param>
public sealed class BlockMessages(bool withBefore)
{
    /// <summary>The number in <see cref="Ready"/> that says: I am back after a crash.</summary>
    internal const long IsBack = -1;

    /// <summary>Coordinator to block: x, and x before where that is needed.</summary>
    internal MessageKind<RoundBody> Round { get; } =
        new("round", withBefore ? [Dim.Parameters, Dim.Parameters] : [Dim.Parameters]);

    /// <summary>Block to coordinator: its share of the direction of x.</summary>
    public MessageKind Share { get; } = new("share", Dim.Parameters) { IsChange = true };

    /// <summary>Block to coordinator, without a share: the round that is done, or that the block is back.</summary>
    public MessageKind<long> Ready { get; } = new("ready");

    /// <summary>Whether a round carries the point before.</summary>
    public bool WithBefore { get; } = withBefore;

    /// <summary>All of them, to be declared.</summary>
    public MessageKind[] All => [Round, Share, Ready];
}
