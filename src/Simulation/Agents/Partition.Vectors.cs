using AsyncOpt.Core.Codecs;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>The memory of vectors, and the places that hold received ones.</summary>
sealed unsafe partial class Partition<T>
{
    protected override RoleLayout RoleLayout => _turn.Role.Layout;

    protected override ReadOnlySpan<T> Row(NeighbourRows rows, int k, long iteration) =>
        _vectors.Row(rows, k, iteration);

    protected override void ReleaseRows(NeighbourRows rows, int count, long iteration) =>
        _vectors.ReleaseRows(rows, count, iteration);

    public override int Held(NeighbourRows rows, long iteration) =>
        *_turn.Role.RowsHeld(rows.Index, _turn.Index, iteration);

    public override bool IsComplete(NeighbourRows rows, long iteration) =>
        Held(rows, iteration) == _turn.Role.Layout.Topology.PhaseAt(iteration).InDegree(_turn.Core->Place);

    public override Snapshot Snapshot(Vector x, long version) => _vectors.Take(x, version);

    public override Snapshot Snapshot(Vector x, in Origin origin) => _vectors.Take(x, in origin);

    public override Snapshot Snapshot(Fragment x, long version) => _vectors.Take(x, version);

    public override Snapshot Snapshot(Fragment x, in Origin origin) => _vectors.Take(x, in origin);

    public override Snapshot Compress(Codec codec, Operand x, in Origin origin, Vector kept)
    {
        // Write first: unsharing moves a snapshot that x may be.
        var rest = kept.Index < 0 ? [] : Write(kept);
        var source = Read(x);
        var i = _vectors.TakeOwned(source.Length, in origin, out var sent);
        var draws = new CodecDraws(_world.Seed, _turn.Agent, _turn.Core->Compressed++);
        _snapshots[i].WireBytes = checked(Encode(codec, source, rest, sent, in draws) + 1);
        return new Snapshot(i);
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

    protected override ReadOnlySpan<T> Read(Operand x) => _vectors.Read(x);

    protected override Span<T> Write(Vector y) => _vectors.Write(y);
}
