namespace AsyncOpt.Core.Programs;

/// <summary>A vector of the agent: one row of plain memory, at the run's float width. Bound once per run.</summary>
/// <param name="Index">Rank among the role's vectors.</param>
public readonly record struct Vector(int Index);

/// <summary>A place of the agent that holds one received snapshot, with its version and age.</summary>
/// <param name="Index">Rank among the role's slots.</param>
public readonly record struct Slot(int Index);

/// <summary>
/// Received snapshots of the agent, one row per in-neighbour and iteration, kept for a fixed number of iterations.
/// </summary>
/// <param name="Index">Rank among the role's neighbour rows.</param>
public readonly record struct NeighbourRows(int Index);

/// <summary>Host-only numbers of the agent (visit counts, bookkeeping), seen as a plain span of float64.</summary>
/// <param name="Index">Rank among the role's tables.</param>
public readonly record struct Table(int Index);

/// <summary>One agent, by its number in the run.</summary>
/// <param name="Id">0 .. agents-1, role after role in the order of their declaration.</param>
public readonly record struct Peer(int Id);

/// <summary>All agents of one role, a contiguous range of numbers.</summary>
/// <param name="First">The number of the first.</param>
/// <param name="Count">How many there are.</param>
public readonly record struct Peers(int First, int Count)
{
    /// <summary>The i-th agent of the role.</summary>
    public Peer this[int i] => new(First + i);
}

/// <summary>
/// An immutable copy of a vector at the moment it was taken. The handle is valid until the handler returns; sending,
/// holding and computing take references of their own.
/// </summary>
/// <param name="Index">The host's number for it.</param>
public readonly record struct Snapshot(int Index)
{
    /// <summary>No vector: a message of scalars only.</summary>
    public static Snapshot None => new(-1);
}

/// <summary>A timer of the agent: its rank among all that the agent ever set.</summary>
/// <param name="Number">0, 1, 2, ...; survives a restart.</param>
public readonly record struct TimerId(long Number);

/// <summary>A pending computation of the agent: its rank among all that the agent ever requested.</summary>
/// <param name="Number">0, 1, 2, ...; survives a restart.</param>
public readonly record struct ComputationId(long Number);

/// <summary>What a vector operation reads: a vector of the agent, a held slot, or a snapshot.</summary>
public readonly struct Operand
{
    internal Operand(OperandKind kind, int index) => (Kind, Index) = (kind, index);

    internal OperandKind Kind { get; }

    internal int Index { get; }

    /// <summary>The agent's own vector.</summary>
    public static implicit operator Operand(Vector v) => new(OperandKind.Vector, v.Index);

    /// <summary>The snapshot held in a slot.</summary>
    public static implicit operator Operand(Slot s) => new(OperandKind.Slot, s.Index);

    /// <summary>A snapshot: received, or just taken.</summary>
    public static implicit operator Operand(Snapshot s) => new(OperandKind.Snapshot, s.Index);
}

enum OperandKind : byte
{
    None,
    Vector,
    Slot,
    Snapshot,
}
