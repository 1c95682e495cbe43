using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Programs;
using AsyncOpt.Kernels;

namespace AsyncOpt.Simulation;

/// <summary>The closed set of vector operations, and the places that hold received vectors.</summary>
sealed unsafe partial class Partition<T>
{
    public override void Copy(Operand x, Vector y) => Read(x).CopyTo(Write(y));

    public override void Fill(double value, Vector y) => Write(y).Fill(T.CreateTruncating(value));

    public override void Scale(double a, Vector y) => VectorMath<T>.Scale(a, Write(y));

    public override void Axpy(double a, Operand x, Vector y)
    {
        // Write first: unsharing moves a snapshot that x may be.
        var target = Write(y);
        VectorMath<T>.Axpy(a, Read(x), target);
    }

    public override void Lerp(double a, Operand x, Vector y)
    {
        var target = Write(y);
        VectorMath<T>.Lerp(a, Read(x), target);
    }

    public override void Step(
        Optimizer optimizer, double rate, long number, Operand gradient, Vector x, Vector state0, Vector state1)
    {
        var point = Write(x);
        var first = WriteIfBound(state0);
        var second = WriteIfBound(state1);
        _optimizers[optimizer].Step(new()
        {
            X = point,
            Gradient = Read(gradient),
            State0 = first,
            State1 = second,
            Rate = rate,
            Number = number,
            Blocks = _blocks,
        });
    }

    Span<T> WriteIfBound(Vector y) => y.Index < 0 ? [] : Write(y);

    public override void Compensate(
        double lambda, Operand now, Operand then, Vector g, Vector meanSquare, double keep, double epsilon)
    {
        var gradient = Write(g);
        if (meanSquare.Index < 0)
            VectorMath<T>.Compensate(lambda, Read(now), Read(then), gradient);
        else
        {
            var square = Write(meanSquare);
            VectorMath<T>.Compensate(lambda, keep, epsilon, Read(now), Read(then), gradient, square);
        }
    }

    public override void ProjectOntoBall(double radius, Vector y) => VectorMath<T>.ClipToBall(radius, Write(y));

    public override void Multiply(Operand m, Operand x, Vector y)
    {
        var target = Write(y);
        MatrixMath<T>.Multiply(Read(m), Read(x), target);
    }

    public override void Solve(Operand m, Operand b, Vector y)
    {
        var target = Write(y);
        MatrixMath<T>.Solve(Read(m), Read(b), target);
    }

    public override void FloorEigenvalues(double floor, Vector m) => MatrixMath<T>.FloorEigenvalues(floor, Write(m));

    public override void Mix(NeighbourRows rows, long iteration, Operand self, Vector y)
    {
        var topology = _role.Layout.Topology.PhaseAt(iteration);
        var mixing = _world.Plan.Mixing!.At(iteration);
        var node = _core->Place;
        var weights = mixing.Weights(node);
        var neighbours = topology.InNeighbours(node);
        var target = Write(y);
        VectorMath<T>.Scale(mixing.SelfWeight(node), Read(self), target);
        for (var k = 0; k < neighbours.Length; k++)
        {
            var row = _role.Row(rows.Index, node, k, iteration);
            if (*row == 0)
            {
                throw new InvalidOperationException(
                    $"node {node} mixes iteration {iteration} without node {neighbours[k]}");
            }
            ref var s = ref _snapshots[*row - 1];
            VectorMath<T>.Axpy(weights[k], new ReadOnlySpan<T>(s.Data, s.Dimension), target);
            _snapshots.Release(*row - 1);
            *row = 0;
        }
        *_role.RowsHeld(rows.Index, _index, iteration) = 0;
    }

    public override int Held(NeighbourRows rows, long iteration) => *_role.RowsHeld(rows.Index, _index, iteration);

    public override Snapshot Snapshot(Vector x, long version)
    {
        var sharing = _role.Sharing(x.Index, _index);
        if (*sharing != 0)
        {
            // The same version of the same instant is stored once. An older one is not taken up again: whether it still
            // exists depends on who holds it, and so on the partitions.
            ref var s = ref _snapshots[*sharing - 1];
            if (s.Version == version && s.Birth == _now && s.Compute == 0 && s.Wire == 0)
            {
                s.References++;
                NoteHeld(*sharing - 1);
                return new Snapshot(*sharing - 1);
            }
        }
        return TakeSnapshot(x, version, _now, 0, 0);
    }

    public override Snapshot Snapshot(Vector x, in Origin origin) =>
        TakeSnapshot(x, origin.Version, origin.Birth, origin.Compute, origin.Wire);

    Snapshot TakeSnapshot(Vector x, long version, long birth, long compute, long wire)
    {
        var i = _snapshots.Take(
            _role.Vector(x.Index, _index), _role.Dimensions[x.Index], _role.Sharing(x.Index, _index),
            version, birth, compute, wire);
        NoteHeld(i);
        return new Snapshot(i);
    }

    public override void Hold(Slot slot, in Received m)
    {
        Release(slot);
        ref var s = ref _snapshots[m.Vector.Index];
        s.References++;
        var record = _role.Slot(slot.Index, _index);
        record->Snapshot = m.Vector.Index + 1;
        record->Compute = m.Origin.Compute - s.Compute;
        record->Wire = m.Origin.Wire - s.Wire;
    }

    public override void Hold(Slot slot, Snapshot own)
    {
        Release(slot);
        _snapshots[own.Index].References++;
        *_role.Slot(slot.Index, _index) = new SlotRecord { Snapshot = own.Index + 1 };
    }

    public override void Release(Slot slot)
    {
        var record = _role.Slot(slot.Index, _index);
        if (record->Snapshot == 0)
            return;
        _snapshots.Release(record->Snapshot - 1);
        record->Snapshot = 0;
    }

    public override void Hold(NeighbourRows rows, long iteration, in Received m)
    {
        var sender = World<T>.PlaceOf(m.Sender.Id, _world.RoleOf(m.Sender.Id));
        var k = _role.Layout.Topology.PhaseAt(iteration).InNeighbours(_core->Place).BinarySearch(sender);
        var row = _role.Row(rows.Index, _core->Place, k, iteration);
        if (*row != 0)
        {
            // A duplicate of what is there already changes nothing; anything else would be lost.
            if (_snapshots[*row - 1].Version == m.Version)
                return;
            throw new InvalidOperationException(
                $"node {_core->Place} still holds iteration {_snapshots[*row - 1].Version} of node {sender}, "
                + $"got {iteration}");
        }
        _snapshots.AddReference(m.Vector.Index);
        *row = m.Vector.Index + 1;
        (*_role.RowsHeld(rows.Index, _index, iteration))++;
    }

    public override Span<double> Numbers(Table table) => _role.Table(table.Index, _index);

    ReadOnlySpan<T> Read(Operand x)
    {
        switch (x.Kind)
        {
            case OperandKind.Vector:
                return new ReadOnlySpan<T>(_role.Vector(x.Index, _index), _role.Dimensions[x.Index]);
            case OperandKind.Slot:
                var held = _role.Slot(x.Index, _index)->Snapshot;
                if (held == 0)
                {
                    throw new InvalidOperationException(
                        $"role '{_role.Layout.Name}' reads slot {x.Index}, which is empty");
                }
                return Contents(held - 1);
            case OperandKind.Snapshot when x.Index >= 0:
                return Contents(x.Index);
            default:
                throw new InvalidOperationException($"role '{_role.Layout.Name}' reads a vector that is not there");
        }
    }

    ReadOnlySpan<T> Contents(int snapshot)
    {
        ref var s = ref _snapshots[snapshot];
        return new ReadOnlySpan<T>(s.Data, s.Dimension);
    }

    /// <summary>The vector's memory, for writing: a snapshot that shares it gets a copy first.</summary>
    Span<T> Write(Vector y)
    {
        var sharing = _role.Sharing(y.Index, _index);
        if (*sharing != 0)
            _snapshots.Unshare(sharing);
        return new Span<T>(_role.Vector(y.Index, _index), _role.Dimensions[y.Index]);
    }
}
