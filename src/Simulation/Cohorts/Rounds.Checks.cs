using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Scripts;

namespace AsyncOpt.Simulation.Cohorts;

/// <summary>Which scripts can be done at once.</summary>
sealed unsafe partial class Rounds<T>
{
    // What must keep its contents: the inputs of computations, and what is under way or held.
    readonly List<int> _frozen = [];

    /// <summary>Whether all that a program asked for can be done at once, with the bits of one by one.</summary>
    bool Fits(in RoundWork work)
    {
        var mixable = Freeze(in work);
        if (_script.KeepsMessages && !ReferenceEquals(
            _role.Layout.NeighbourRowSets[_script.KeptIn].Kind, work.Arrived.Message!.Kind))
            return false;
        if (work.Due.Computation is { } due && _frozen.Exists(due.Writes))
            return false;
        var (computes, sends, updates) = (0, 0, 0);
        foreach (var op in _script.Ops)
        {
            if (!_arrays.Takes(in op))
                return false;
            switch (op.Kind)
            {
                case CohortOpKind.Mix:
                    if (op.Row >= mixable.Count || op.Vector != mixable[op.Row] || !FitsMix(in op))
                        return false;
                    _frozen.Remove(op.Vector);
                    if (_frozen.Contains(op.Vector))
                        return false;
                    break;
                case CohortOpKind.Step:
                    if (op.X.Kind != OperandKind.Vector || _frozen.Exists(op.Writes))
                        return false;
                    break;
                case CohortOpKind.Copy or CohortOpKind.Fill or CohortOpKind.Scale or CohortOpKind.Axpy
                    or CohortOpKind.Lerp:
                    if (_frozen.Contains(op.Vector) || DimensionOf(op.X) != _role.Dimensions[op.Vector])
                        return false;
                    break;
                case CohortOpKind.Compute:
                    if (computes++ > 0 || !FitsCompute(op.Computation!, in work))
                        return false;
                    Freeze(op.Computation!);
                    break;
                case CohortOpKind.Send:
                    if (sends++ > 0 || !FitsSend(op.Message!, in work))
                        return false;
                    Freeze(op.Message!.Vectors);
                    break;
                case CohortOpKind.Update:
                    // A log has the updates of each.
                    if (updates++ > 0 || _record.IsLogging || !(work.Due.IsPending || work.Arrived.IsPending))
                        return false;
                    break;
            }
        }
        // With a server, one wave is pending at a time: so what it reads of its workers is what they sent.
        return work.Now.Depth < Moment.DepthMax && (Server < 0 || computes + sends <= 1);
    }

    /// <summary>Notes what must keep its contents; returns what of it may be mixed.</summary>
    VectorNumbers Freeze(in RoundWork work)
    {
        _frozen.Clear();
        if (_pending.Completions.Computation is { } computing && !work.Due.IsPending)
            Freeze(computing);
        if (!work.Arrived.IsPending)
            Freeze(_pending.Messages.Vectors);
        var mixable = (_script.KeepsMessages ? _pending.Messages : _pending.Held).Vectors;
        Freeze(mixable);
        return mixable;
    }

    void Freeze(VectorNumbers vectors)
    {
        for (var i = 0; i < vectors.Count; i++)
            _frozen.Add(vectors[i]);
    }

    void Freeze(CohortComputation computation)
    {
        foreach (var input in (ReadOnlySpan<Operand>)[computation.Input, computation.Input1, computation.Input2])
        {
            if (input.Kind == OperandKind.Vector)
                _frozen.Add(input.Index);
        }
    }

    int DimensionOf(Operand x) => x.Kind == OperandKind.Vector
        ? _role.Dimensions[x.Index]
        : _snapshots[_script.Slot!.Value.Snapshot].Dimension;

    bool FitsMix(in CohortOp op)
    {
        var isFirst = true;
        foreach (var other in _script.Ops)
        {
            if (other == op)
                break;
            isFirst &= !other.Writes(op.Vector);
        }
        return isFirst && _world.Plan.Mixing is { } mixing && ReferenceEquals(mixing.At(op.Number).Topology, _topology);
    }

    bool FitsCompute(CohortComputation c, in RoundWork work) =>
        (!_pending.Completions.IsPending || work.Due.IsPending)
        && (c.Batch > 0 || _world.Plan.Compute.PerSample == VirtualTime.Zero || HasEqualShards);

    bool HasEqualShards
    {
        get
        {
            var size = _evaluator.Evaluator.ShardSize(0);
            for (var i = 1; i < _role.Layout.Agents; i++)
            {
                if (_evaluator.Evaluator.ShardSize(i) != size)
                    return false;
            }
            return true;
        }
    }

    bool FitsSend(CohortMessage m, in RoundWork work)
    {
        // Neighbours' rows have no bodies in rounds.
        if (Server < 0 && (m.Kind.BodyBytes > 0 || (_pending.Messages.IsPending && !work.Arrived.IsPending)))
            return false;
        for (var i = 0; i < m.Vectors.Count; i++)
        {
            if (_world.KindDimensions[m.Kind.Number][i] != _role.Dimensions[m.Vectors[i]])
                return false;
        }
        return true;
    }
}
