using System.Runtime.CompilerServices;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Simulation.Agents;

/// <summary>The vectors of the agent whose event is handled, snapshots of them, and the neighbours' rows.</summary>
/// <param name="memory">What the partition stores.</param>
/// <param name="turn">Whose event is handled.</param>
sealed unsafe class AgentVectors<T>(PartitionMemory<T> memory, AgentTurn<T> turn)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly AgentTurn<T> _turn = turn;
    readonly Snapshots<T> _snapshots = memory.Snapshots;
    readonly VectorPasses _passes = memory.Snapshots.Passes;

    /// <summary>What an operand contains, to be read once.</summary>
    /// <exception cref="InvalidOperationException">It is not there.</exception>
    public ReadOnlySpan<T> Read(Operand x)
    {
        var contents = Find(x);
        _passes.Read += contents.Length;
        return contents;
    }

    ReadOnlySpan<T> Find(Operand x)
    {
        var turn = _turn;
        switch (x.Kind)
        {
            case OperandKind.Vector:
                CheckThere(x.Index);
                return new ReadOnlySpan<T>(turn.Role.Vector(x.Index, turn.Index), turn.Role.Dimensions[x.Index]);
            case OperandKind.Slot:
                var held = turn.Role.Slot(x.Index, turn.Index)->Snapshot;
                if (held == 0)
                {
                    throw new InvalidOperationException(
                        $"role '{turn.Role.Layout.Name}' reads slot {x.Index}, which is empty");
                }
                return Contents(held - 1);
            case OperandKind.Snapshot when x.Index >= 0:
                return Contents(x.Index);
            case OperandKind.Fragment:
                return new ReadOnlySpan<T>(turn.Role.Vector(x.Index, turn.Index) + x.First, x.Count);
            default:
                throw new InvalidOperationException(
                    $"role '{turn.Role.Layout.Name}' reads a vector that is not there");
        }
    }

    /// <summary>What a snapshot contains.</summary>
    public ReadOnlySpan<T> Contents(int snapshot)
    {
        ref var s = ref _snapshots[snapshot];
        return new ReadOnlySpan<T>(s.Data, s.Dimension);
    }

    /// <summary>A vector's memory, for writing: a snapshot that shares it gets a copy first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> Write(Vector y)
    {
        var turn = _turn;
        turn.NoteWritten(y.Index);
        _passes.Read += turn.Role.Dimensions[y.Index];
        _passes.Written += turn.Role.Dimensions[y.Index];
        return turn.Role.HasMoving && turn.Role.Moves(y.Index) ? WriteMoving(y.Index) : WriteInPlace(y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    Span<T> WriteInPlace(Vector y)
    {
        var turn = _turn;
        var sharing = turn.Role.Sharing(y.Index, turn.Index);
        if (*sharing != 0)
            _snapshots.Unshare(sharing);
        return new Span<T>(turn.Role.Vector(y.Index, turn.Index), turn.Role.Dimensions[y.Index]);
    }

    /// <summary>
    /// The memory of a vector that does not move, for a result: snapshots that share it, and may be the computation's
    /// input, keep what it contains.
    /// </summary>
    public T* PlaceOfResult(int v)
    {
        _turn.NoteWritten(v);
        WriteInPlace(new Vector(v));
        return _turn.Role.Vector(v, _turn.Index);
    }

    Span<T> WriteMoving(int v)
    {
        CheckThere(v);
        var memory = MakeRoom(v, out var before);
        if (memory == before)
            return memory;
        before.CopyTo(memory);
        _passes.Read += memory.Length;
        _passes.Written += memory.Length;
        return memory;
    }

    /// <summary>
    /// Memory for all coordinates of a vector's next contents, which are made of what it contains. Where the vector
    /// moves, and snapshots share its memory, they keep that: the next contents are written elsewhere, and nothing is
    /// copied.
    /// </summary>
    /// <param name="y">The vector.</param>
    /// <param name="before">What it contains: the same memory, or that which the snapshots keep.</param>
    public Span<T> Rewrite(Vector y, out ReadOnlySpan<T> before)
    {
        CheckThere(y.Index);
        var memory = Overwrite(y, out before);
        _passes.Read += memory.Length;
        return memory;
    }

    /// <summary>The same where what it contains does not matter.</summary>
    public Span<T> Overwrite(Vector y) => Overwrite(y, out _);

    Span<T> Overwrite(Vector y, out ReadOnlySpan<T> before)
    {
        var turn = _turn;
        turn.NoteWritten(y.Index);
        _passes.Written += turn.Role.Dimensions[y.Index];
        if (turn.Role.HasMoving && turn.Role.Moves(y.Index))
            return MakeRoom(y.Index, out before);
        var memory = WriteInPlace(y);
        before = memory;
        return memory;
    }

    Span<T> MakeRoom(int v, out ReadOnlySpan<T> before)
    {
        var (turn, role) = (_turn, _turn.Role);
        var d = role.Dimensions[v];
        var at = role.Vector(v, turn.Index);
        before = new ReadOnlySpan<T>(at, d);
        var rests = role.Rests(v) && role.IsAtRest(v, turn.Index);
        if (*role.Sharing(v, turn.Index) == 0 && !rests)
            return new Span<T>(at, d);
        var next = _snapshots.Buffers.Take(d);
        Place(v, next);
        return new Span<T>(next, d);
    }

    /// <summary>Lets memory of the partition's buffers be a vector that moves.</summary>
    public void Place(int v, T* memory)
    {
        var (turn, role) = (_turn, _turn.Role);
        turn.NoteWritten(v);
        var sharing = role.Sharing(v, turn.Index);
        if (*sharing != 0)
            _snapshots.GiveAway(sharing);
        else if (!role.IsAtRest(v, turn.Index))
            _snapshots.Buffers.Return(role.Vector(v, turn.Index), role.Dimensions[v]);
        role.Place(v, turn.Index, memory);
        if (role.Rests(v))
            turn.NoteEnding(v);
    }

    /// <summary>A snapshot of a vector, whose version is born now and which the handler holds.</summary>
    public Snapshot Take(Vector x, long version)
    {
        var turn = _turn;
        var sharing = turn.Role.Sharing(x.Index, turn.Index);
        if (*sharing != 0)
        {
            // The same version of the same instant is stored once. An older one is not taken up again: whether it still
            // exists depends on who holds it, and so on the partitions.
            ref var s = ref _snapshots[*sharing - 1];
            if (s.Version == version && s.Birth == turn.Now && s.Compute == 0 && s.Wire == 0)
            {
                s.References++;
                turn.Hold(*sharing - 1);
                return new Snapshot(*sharing - 1);
            }
        }
        return Take(x, version, turn.Now, 0, 0);
    }

    /// <summary>A snapshot of a vector with an origin, which the handler holds.</summary>
    public Snapshot Take(Vector x, in Origin origin) =>
        Take(x, origin.Version, origin.Birth, origin.Compute, origin.Wire);

    Snapshot Take(Vector x, long version, long birth, long compute, long wire)
    {
        var turn = _turn;
        CheckThere(x.Index);
        var i = _snapshots.Take(
            turn.Role.Vector(x.Index, turn.Index), turn.Role.Dimensions[x.Index],
            turn.Role.Sharing(x.Index, turn.Index), version, birth, compute, wire);
        if (turn.TryHash(x.Index, out var hash))
            _snapshots.Know(i, hash);
        turn.Hold(i);
        return new Snapshot(i);
    }

    /// <summary>Refuses to look at a result that rests: it lies nowhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void CheckThere(int v)
    {
        if (_turn.Role.HasMoving)
            CheckResult(v);
    }

    void CheckResult(int v)
    {
        var (turn, layout) = (_turn, _turn.Role.Layout);
        if (turn.Role.Rests(v) && turn.Role.Moves(v) && turn.Role.IsAtRest(v, turn.Index))
        {
            throw new InvalidOperationException($"role '{layout.Name}' reads '{layout.Vectors[v].Name}' in a handler "
                + "that got no result: declare it with Vector instead of Result, so that it is kept");
        }
    }

    /// <summary>A snapshot of a fragment, whose version is born now and which the handler holds.</summary>
    public Snapshot Take(Fragment x, long version) => Take(x, new Origin(version, _turn.Now, 0, 0, _turn.Now));

    /// <summary>A snapshot of a fragment, which the handler holds.</summary>
    public Snapshot Take(Fragment x, in Origin origin)
    {
        var i = TakeOwned(x.Count, in origin, out var copy);
        Read(x).CopyTo(copy);
        _snapshots[i].WireBytes = checked((x.Count * sizeof(T)) + 1);
        return new Snapshot(i);
    }

    /// <summary>A snapshot of its own memory, to be filled, that the handler holds.</summary>
    public int TakeOwned(int dimension, in Origin origin, out Span<T> data)
    {
        var i = _snapshots.TakeOwned(dimension, origin.Version, origin.Birth, origin.Compute, origin.Wire);
        _turn.Hold(i);
        data = new Span<T>(_snapshots[i].Data, dimension);
        return i;
    }

    /// <summary>The vector held from the k-th in-neighbour of an iteration; empty if none is.</summary>
    public ReadOnlySpan<T> Row(NeighbourRows rows, int k, long iteration)
    {
        var row = *_turn.Role.Row(rows.Index, _turn.Core->Place, k, iteration);
        return row == 0 ? [] : Contents(row - 1);
    }

    /// <summary>Releases the vectors held of an iteration in one set of rows.</summary>
    public void ReleaseRows(NeighbourRows rows, int count, long iteration)
    {
        for (var k = 0; k < count; k++)
        {
            var row = _turn.Role.Row(rows.Index, _turn.Core->Place, k, iteration);
            if (*row == 0)
                continue;
            _snapshots.Release(*row - 1);
            *row = 0;
        }
        *_turn.Role.RowsHeld(rows.Index, _turn.Index, iteration) = 0;
    }
}
