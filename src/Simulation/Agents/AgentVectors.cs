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

    /// <summary>What an operand contains.</summary>
    /// <exception cref="InvalidOperationException">It is not there.</exception>
    public ReadOnlySpan<T> Read(Operand x)
    {
        var turn = _turn;
        switch (x.Kind)
        {
            case OperandKind.Vector:
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
        var sharing = turn.Role.Sharing(y.Index, turn.Index);
        if (*sharing != 0)
            _snapshots.Unshare(sharing);
        return new Span<T>(turn.Role.Vector(y.Index, turn.Index), turn.Role.Dimensions[y.Index]);
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
        var i = _snapshots.Take(
            turn.Role.Vector(x.Index, turn.Index), turn.Role.Dimensions[x.Index],
            turn.Role.Sharing(x.Index, turn.Index), version, birth, compute, wire);
        if (turn.TryHash(x.Index, out var hash))
            _snapshots.Know(i, hash);
        turn.Hold(i);
        return new Snapshot(i);
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
