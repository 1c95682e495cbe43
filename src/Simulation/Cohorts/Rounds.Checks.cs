using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Scripts;

namespace AsyncOpt.Simulation.Cohorts;

/// <summary>Which scripts can be done at once.</summary>
sealed unsafe partial class Rounds<T>
{
    readonly List<int> _frozen = [];

    /// <summary>Whether all that a program asked for can be done at once, with the bits of one by one.</summary>
    bool Fits(in RoundWork work)
    {
        // What must keep its contents: the inputs of computations, and what is under way or held.
        var frozen = _frozen;
        frozen.Clear();
        if (_completions.IsPending && !work.Due.IsPending)
            frozen.Add(_completions.Computation!.Vector);
        if (_messages.IsPending && !work.Arrived.IsPending)
            AddTo(frozen, _messages.Vectors);
        var mixable = (_script.KeepsMessages ? _messages : _heldMessages).Vectors;
        AddTo(frozen, mixable);
        if (_script.KeepsMessages
            && !ReferenceEquals(_role.Layout.NeighbourRowSets[_script.KeptIn].Kind, _messages.Message!.Kind))
            return false;
        if (work.Due.IsPending && frozen.Contains(_completions.Computation!.Output.Index))
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
                    frozen.Remove(op.Vector);
                    if (frozen.Contains(op.Vector))
                        return false;
                    break;
                case CohortOpKind.Step:
                    if (!IsOwn(op.X) || frozen.Exists(op.Writes))
                        return false;
                    break;
                case CohortOpKind.Copy or CohortOpKind.Fill or CohortOpKind.Scale or CohortOpKind.Axpy
                    or CohortOpKind.Lerp:
                    if (!IsOwn(op.X) || frozen.Contains(op.Vector)
                        || _role.Dimensions[op.X.Index] != _role.Dimensions[op.Vector])
                        return false;
                    break;
                case CohortOpKind.Compute:
                    if (computes++ > 0 || !FitsCompute(op.Computation!, in work))
                        return false;
                    frozen.Add(op.Vector);
                    break;
                case CohortOpKind.Send:
                    if (sends++ > 0 || !FitsSend(op.Message!, in work))
                        return false;
                    AddTo(frozen, op.Message!.Vectors);
                    break;
                case CohortOpKind.Update:
                    if (updates++ > 0 || !(work.Due.IsPending || work.Arrived.IsPending))
                        return false;
                    break;
            }
        }
        return work.Now.Depth < Moment.DepthMax;
    }

    static void AddTo(List<int> frozen, VectorNumbers vectors)
    {
        for (var i = 0; i < vectors.Count; i++)
            frozen.Add(vectors[i]);
    }

    static bool IsOwn(Operand x) => x.Kind == OperandKind.Vector;

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

    bool FitsCompute(CohortComputation c, in RoundWork work)
    {
        var oracle = c.Oracle;
        if ((_completions.IsPending && !work.Due.IsPending) || c.Input.Kind != OperandKind.Vector
            || c.Input.Index == c.Output.Index || c.KeyNumber is not null || c.Steps != 1
            || oracle is LocalSteps || oracle.Inputs.Count != 1 || oracle.Outputs.Count != 1)
            return false;
        int Resolve(Dim dim) => dim.Resolve(_world.Layout.Context.Dimension);
        var d = Resolve(oracle.Inputs[0]);
        return d == Resolve(oracle.Outputs[0])
            && d == _role.Dimensions[c.Input.Index] && d == _role.Dimensions[c.Output.Index]
            && (c.Batch > 0 || _world.Plan.Compute.PerSample == VirtualTime.Zero || HasEqualShards);
    }

    bool HasEqualShards
    {
        get
        {
            if (_world.Plan.Problem.Sampler is not { } sampler)
                return true;
            for (var i = 1; i < _role.Layout.Agents; i++)
            {
                if (sampler.ShardSize(i) != sampler.ShardSize(0))
                    return false;
            }
            return true;
        }
    }

    bool FitsSend(CohortMessage m, in RoundWork work)
    {
        if ((_messages.IsPending && !work.Arrived.IsPending) || m.Kind.BodyBytes > 0)
            return false;
        for (var i = 0; i < m.Vectors.Count; i++)
        {
            if (_world.KindDimensions[m.Kind.Number][i] != _role.Dimensions[m.Vectors[i]])
                return false;
        }
        return true;
    }
}
