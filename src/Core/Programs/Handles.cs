namespace AsyncOpt.Core.Programs;

/// <summary>A vector of the agent: one row of plain memory, at the run's float width. Bound once per run.</summary>
public readonly record struct Vector
{
    // One more than the index, so that a handle nobody bound names nothing.
    readonly int _number;

    internal Vector(int index) => _number = index + 1;

    /// <summary>Rank among the role's vectors; -1 for a handle that nobody bound.</summary>
    internal int Index => _number - 1;
}

/// <summary>
/// A range of a vector of the agent, such as the weights of one layer: consecutive coordinates. Bound once per run.
/// </summary>
public readonly record struct Fragment
{
    internal Fragment(Vector vector, int first, int count) => (Vector, First, Count) = (vector, first, count);

    /// <summary>The whole vector.</summary>
    public Vector Vector { get; }

    /// <summary>The rank of its first coordinate.</summary>
    public int First { get; }

    /// <summary>How many coordinates it has.</summary>
    public int Count { get; }
}

/// <summary>A place of the agent that holds one received snapshot, with its version and age.</summary>
public readonly record struct Slot
{
    // One more than the index, so that a handle nobody bound names nothing.
    readonly int _number;

    internal Slot(int index) => _number = index + 1;

    /// <summary>Rank among the role's slots; -1 for a handle that nobody bound.</summary>
    internal int Index => _number - 1;
}

/// <summary>Consecutive slots of the agent, for instance one per worker.</summary>
public readonly record struct SlotBank
{
    readonly int _first;

    internal SlotBank(int first, int count) => (_first, Count) = (first, count);

    /// <summary>How many slots there are.</summary>
    public int Count { get; }

    /// <summary>The i-th slot.</summary>
    public Slot this[int i] => (uint)i < (uint)Count
        ? new(_first + i)
        : throw new ArgumentOutOfRangeException(nameof(i));
}

/// <summary>
/// Received messages of one kind, one per in-neighbour and iteration, kept for a fixed number of iterations: a set of
/// rows for each vector that the kind carries.
/// </summary>
public readonly record struct NeighbourRows
{
    // One more than the index, so that a handle nobody bound names nothing.
    readonly int _number;

    internal NeighbourRows(int index, int vectors = 1) => (_number, Vectors) = (index + 1, vectors);

    /// <summary>How many vectors each message has here. Operations on one vector take the first.</summary>
    public int Vectors { get; }

    /// <summary>The rows of the i-th vector alone: 0 is the first.</summary>
    public NeighbourRows this[int i] => (uint)i < (uint)Vectors
        ? new(Index + i)
        : throw new ArgumentOutOfRangeException(nameof(i));

    /// <summary>
    /// Rank of the first among the role's sets of rows, which follow each other; -1 for a handle that nobody bound.
    /// </summary>
    internal int Index => _number - 1;
}

/// <summary>Host-only numbers of the agent (visit counts, bookkeeping), seen as a plain span of float64.</summary>
public readonly record struct Table
{
    // One more than the index, so that a handle nobody bound names nothing.
    readonly int _number;

    internal Table(int index) => _number = index + 1;

    /// <summary>Rank among the role's tables; -1 for a handle that nobody bound.</summary>
    internal int Index => _number - 1;
}

/// <summary>One agent, by its number in the run.</summary>
public readonly record struct Peer(int Id);

/// <summary>All agents of one role, a contiguous range of numbers.</summary>
public readonly record struct Peers(int First, int Count)
{
    /// <summary>The i-th agent of the role.</summary>
    public Peer this[int i] => new(First + i);
}

/// <summary>
/// An immutable copy of a vector at the moment it was taken. The handle is valid until the handler returns; sending,
/// holding and computing take references of their own.
/// </summary>
public readonly record struct Snapshot
{
    readonly int _number;

    internal Snapshot(int index) => _number = index + 1;

    /// <summary>No vector: a message of scalars only.</summary>
    public static Snapshot None => default;

    internal int Index => _number - 1;
}

/// <summary>A timer of the agent: its rank among all that the agent ever set.</summary>
/// <param name="Number">0, 1, 2, ...; survives a restart.</param>
public readonly record struct TimerId(long Number);

/// <summary>A pending computation of the agent: its rank among all that the agent ever requested.</summary>
/// <param name="Number">0, 1, 2, ...; survives a restart.</param>
public readonly record struct ComputationId(long Number);

/// <summary>What a vector operation reads: a vector of the agent or a range of one, a slot, or a snapshot.</summary>
public readonly record struct Operand
{
    internal Operand(OperandKind kind, int index) => (Kind, Index) = (kind, index);

    Operand(Fragment f) => (Kind, Index, First, Count) = (OperandKind.Fragment, f.Vector.Index, f.First, f.Count);

    internal OperandKind Kind { get; }

    internal int Index { get; }

    /// <summary>Of a fragment: the rank of its first coordinate.</summary>
    internal int First { get; }

    /// <summary>Of a fragment: how many coordinates it has.</summary>
    internal int Count { get; }

    /// <summary>The agent's own vector.</summary>
    public static implicit operator Operand(Vector v) => new(OperandKind.Vector, v.Index);

    /// <summary>A range of the agent's own vector.</summary>
    public static implicit operator Operand(Fragment f) => new(f);

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
    Fragment,
}
