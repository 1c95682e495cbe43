using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Methods.Bilevel;

/// <summary>What coordinator and blocks say to each other; every method has its own.</summary>
/// <param name="withBefore">Whether a round carries the point before, too.</param>
public sealed class BlockMessages(bool withBefore)
{
    /// <summary>Bits of a round's first scalar: the block's trackers move; its gradient counts; it was asked
    /// before.</summary>
    internal const int Updates = 1, Counts = 2, Again = 4;

    /// <summary>The scalar of <see cref="Ready"/> that says: I am back after a crash.</summary>
    internal const double IsBack = -1;

    /// <summary>Coordinator to block: x, and x before where that is needed; bits; the penalty of F2SA.</summary>
    public MessageKind Round { get; } =
        new("round", withBefore ? [Dim.Parameters, Dim.Parameters] : [Dim.Parameters]) { Scalars = 2 };

    /// <summary>Block to coordinator: its share of the direction of x.</summary>
    public MessageKind Share { get; } = new("share", Dim.Parameters) { IsChange = true };

    /// <summary>Block to coordinator, without a share: the round that is done, or that the block is back.</summary>
    public MessageKind Ready { get; } = new("ready") { Scalars = 1 };

    /// <summary>Whether a round carries the point before.</summary>
    public bool WithBefore { get; } = withBefore;

    /// <summary>All of them, to be declared.</summary>
    public MessageKind[] All => [Round, Share, Ready];
}
