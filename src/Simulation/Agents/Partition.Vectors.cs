using AsyncOpt.Core.Codecs;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>The memory of vectors, and the places that hold received ones.</summary>
sealed unsafe partial class Partition<T>
{
    protected override RoleLayout RoleLayout => _turn.Role.Layout;

    protected override ReadOnlySpan<T> Row(NeighbourRows rows, int k, long iteration)
    {
        var row = *_turn.Role.Row(rows.Index, _turn.Core->Place, k, iteration);
        return row == 0 ? [] : Contents(row - 1);
    }

    protected override void ReleaseRows(NeighbourRows rows, int count, long iteration)
    {
        for (var k = 0; k < count; k++)
        {
            var row = _turn.Role.Row(rows.Index, _turn.Core->Place, k, iteration);
            _snapshots.Release(*row - 1);
            *row = 0;
        }
        *_turn.Role.RowsHeld(rows.Index, _turn.Index, iteration) = 0;
    }

    public override int Held(NeighbourRows rows, long iteration) =>
        *_turn.Role.RowsHeld(rows.Index, _turn.Index, iteration);

    public override bool IsComplete(NeighbourRows rows, long iteration) =>
        Held(rows, iteration) == _turn.Role.Layout.Topology.PhaseAt(iteration).InDegree(_turn.Core->Place);

    public override Snapshot Snapshot(Vector x, long version)
    {
        var sharing = _turn.Role.Sharing(x.Index, _turn.Index);
        if (*sharing != 0)
        {
            // The same version of the same instant is stored once. An older one is not taken up again: whether it still
            // exists depends on who holds it, and so on the partitions.
            ref var s = ref _snapshots[*sharing - 1];
            if (s.Version == version && s.Birth == _turn.Now && s.Compute == 0 && s.Wire == 0)
            {
                s.References++;
                _turn.Hold(*sharing - 1);
                return new Snapshot(*sharing - 1);
            }
        }
        return TakeSnapshot(x, version, _turn.Now, 0, 0);
    }

    public override Snapshot Snapshot(Vector x, in Origin origin) =>
        TakeSnapshot(x, origin.Version, origin.Birth, origin.Compute, origin.Wire);

    Snapshot TakeSnapshot(Vector x, long version, long birth, long compute, long wire)
    {
        var i = _snapshots.Take(
            _turn.Role.Vector(x.Index, _turn.Index), _turn.Role.Dimensions[x.Index],
            _turn.Role.Sharing(x.Index, _turn.Index),
            version, birth, compute, wire);
        _turn.Hold(i);
        return new Snapshot(i);
    }

    public override Snapshot Snapshot(Fragment x, long version) =>
        TakeFragment(x, new Origin(version, _turn.Now, 0, 0, _turn.Now));

    public override Snapshot Snapshot(Fragment x, in Origin origin) => TakeFragment(x, in origin);

    Snapshot TakeFragment(Fragment x, in Origin origin)
    {
        var i = TakeOwned(x.Count, in origin, out var copy);
        Read(x).CopyTo(copy);
        _snapshots[i].WireBytes = checked((x.Count * sizeof(T)) + 1);
        return new Snapshot(i);
    }

    public override Snapshot Compress(Codec codec, Operand x, in Origin origin, Vector kept)
    {
        // Write first: unsharing moves a snapshot that x may be.
        var rest = kept.Index < 0 ? [] : Write(kept);
        var source = Read(x);
        var i = TakeOwned(source.Length, in origin, out var sent);
        var draws = new CodecDraws(_world.Seed, _turn.Agent, _turn.Core->Compressed++);
        _snapshots[i].WireBytes = checked(Encode(codec, source, rest, sent, in draws) + 1);
        return new Snapshot(i);
    }

    /// <summary>A snapshot of its own memory, to be filled, that the handler holds.</summary>
    int TakeOwned(int dimension, in Origin origin, out Span<T> data)
    {
        var i = _snapshots.TakeOwned(dimension, origin.Version, origin.Birth, origin.Compute, origin.Wire);
        _turn.Hold(i);
        data = new Span<T>(_snapshots[i].Data, dimension);
        return i;
    }

    protected override Origin OriginOf(Snapshot x) => _snapshots.OriginAt(x.Index, _turn.Now, 0, 0);

    public override void Hold(Slot slot, in Received m)
    {
        Release(slot);
        ref var s = ref _snapshots[m.Vector.Index];
        s.References++;
        var record = _turn.Role.Slot(slot.Index, _turn.Index);
        record->Snapshot = m.Vector.Index + 1;
        record->Compute = m.Origin.Compute - s.Compute;
        record->Wire = m.Origin.Wire - s.Wire;
    }

    public override void Hold(Slot slot, Snapshot own)
    {
        Release(slot);
        _snapshots[own.Index].References++;
        *_turn.Role.Slot(slot.Index, _turn.Index) = new SlotRecord { Snapshot = own.Index + 1 };
    }

    public override void Release(Slot slot)
    {
        var record = _turn.Role.Slot(slot.Index, _turn.Index);
        if (record->Snapshot == 0)
            return;
        _snapshots.Release(record->Snapshot - 1);
        record->Snapshot = 0;
    }

    public override void Hold(NeighbourRows rows, long iteration, in Received m)
    {
        var sender = _world.RoleOf(m.Sender.Id).Layout.PlaceOf(m.Sender.Id);
        var k = _turn.Role.Layout.Topology.PhaseAt(iteration).InNeighbours(_turn.Core->Place).BinarySearch(sender);
        var row = _turn.Role.Row(rows.Index, _turn.Core->Place, k, iteration);
        if (*row != 0)
        {
            // A duplicate of what is there already changes nothing; anything else would be lost.
            if (_snapshots[*row - 1].Version == m.Version)
                return;
            throw new InvalidOperationException(
                $"node {_turn.Core->Place} still holds iteration {_snapshots[*row - 1].Version} of node {sender}, "
                + $"got {iteration}");
        }
        _snapshots.AddReference(m.Vector.Index);
        *row = m.Vector.Index + 1;
        (*_turn.Role.RowsHeld(rows.Index, _turn.Index, iteration))++;
    }

    public override Span<double> Numbers(Table table) => _turn.Role.Table(table.Index, _turn.Index);

    protected override ReadOnlySpan<T> Read(Operand x)
    {
        switch (x.Kind)
        {
            case OperandKind.Vector:
                return new ReadOnlySpan<T>(_turn.Role.Vector(x.Index, _turn.Index), _turn.Role.Dimensions[x.Index]);
            case OperandKind.Slot:
                var held = _turn.Role.Slot(x.Index, _turn.Index)->Snapshot;
                if (held == 0)
                {
                    throw new InvalidOperationException(
                        $"role '{_turn.Role.Layout.Name}' reads slot {x.Index}, which is empty");
                }
                return Contents(held - 1);
            case OperandKind.Snapshot when x.Index >= 0:
                return Contents(x.Index);
            case OperandKind.Fragment:
                return new ReadOnlySpan<T>(_turn.Role.Vector(x.Index, _turn.Index) + x.First, x.Count);
            default:
                throw new InvalidOperationException(
                    $"role '{_turn.Role.Layout.Name}' reads a vector that is not there");
        }
    }

    ReadOnlySpan<T> Contents(int snapshot)
    {
        ref var s = ref _snapshots[snapshot];
        return new ReadOnlySpan<T>(s.Data, s.Dimension);
    }

    /// <summary>The vector's memory, for writing: a snapshot that shares it gets a copy first.</summary>
    protected override Span<T> Write(Vector y)
    {
        var sharing = _turn.Role.Sharing(y.Index, _turn.Index);
        if (*sharing != 0)
            _snapshots.Unshare(sharing);
        return new Span<T>(_turn.Role.Vector(y.Index, _turn.Index), _turn.Role.Dimensions[y.Index]);
    }
}
