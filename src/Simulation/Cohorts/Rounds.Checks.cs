using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Events;

namespace AsyncOpt.Simulation.Cohorts;

/// <summary>Which scripts can be done at once.</summary>
sealed unsafe partial class Rounds<T>
{
    readonly List<int> _frozen = [];

    /// <summary>Whether all that a program asked for can be done at once, with the bits of one by one.</summary>
    bool Fits(in Round round, Moment now)
    {
        // What must keep its contents: the inputs of computations, and what is under way or held.
        var frozen = _frozen;
        frozen.Clear();
        if (_completions.IsPending && round.Oracle is null)
            frozen.Add(_completions.Vector);
        if (_messages.IsPending && round.Kind is null)
            frozen.Add(_messages.Vector);
        var mixable = _script.KeepsMessages ? _messages.Vector : _heldMessages.IsPending ? _heldMessages.Vector : -1;
        if (mixable >= 0)
            frozen.Add(mixable);
        if (round.Oracle is not null && frozen.Contains(_completions.Output))
            return false;
        var (computes, sends, mixes, updates) = (0, 0, 0, 0);
        foreach (var op in _script.Ops)
        {
            if (!_arrays.Takes(in op))
                return false;
            switch (op.Kind)
            {
                case RoundOpKind.Mix:
                    if (mixes++ > 0 || op.Vector != mixable || !FitsMix(in op))
                        return false;
                    frozen.Remove(mixable);
                    if (frozen.Contains(op.Vector))
                        return false;
                    break;
                case RoundOpKind.Copy:
                    if (frozen.Contains(op.Vector)
                        || _role.Dimensions[op.Source] != _role.Dimensions[op.Vector])
                        return false;
                    break;
                case RoundOpKind.Step:
                    if (frozen.Contains(op.Vector) || frozen.Contains(op.State0) || frozen.Contains(op.State1))
                        return false;
                    break;
                case RoundOpKind.Compute:
                    if (computes++ > 0 || !FitsCompute(in op, in round))
                        return false;
                    frozen.Add(op.Vector);
                    break;
                case RoundOpKind.Send:
                    if (sends++ > 0 || !FitsSend(in op, in round))
                        return false;
                    frozen.Add(op.Vector);
                    break;
                case RoundOpKind.Update:
                    if (updates++ > 0 || !FitsUpdate(in op, in round))
                        return false;
                    break;
            }
        }
        return now.Depth < Moment.DepthMax;
    }

    bool FitsMix(in RoundOp op)
    {
        var isFirst = true;
        foreach (var other in _script.Ops)
        {
            if (other.Kind == RoundOpKind.Mix)
                break;
            isFirst &= other.Kind != RoundOpKind.Step || other.Vector != op.Vector;
        }
        return isFirst && _world.Plan.Mixing is { } mixing && ReferenceEquals(mixing.At(op.Number).Topology, _topology);
    }

    bool FitsCompute(in RoundOp op, in Round round)
    {
        var oracle = op.Oracle!;
        if ((_completions.IsPending && round.Oracle is null) || op.Vector == op.Output
            || oracle is LocalSteps or { IsReduction: true } or { Scalars: > 0 }
            || oracle.Inputs.Count != 1 || oracle.Outputs.Count != 1)
            return false;
        int Resolve(Dim dim) => dim.Resolve(_world.Layout.Context.Dimension);
        var d = Resolve(oracle.Inputs[0]);
        return d == Resolve(oracle.Outputs[0]) && d == _role.Dimensions[op.Vector] && d == _role.Dimensions[op.Output]
            && (op.Batch > 0 || _world.Plan.Compute.PerSample == VirtualTime.Zero || HasEqualShards);
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

    bool FitsSend(in RoundOp op, in Round round) =>
        (!_messages.IsPending || round.Kind is not null)
        && op.Message is { Scalars: 0, Vectors.Count: 1 } kind
        && kind.Vectors[0].Resolve(_world.Layout.Context.Dimension) == _role.Dimensions[op.Vector];

    // Whichever input came last, the staleness is the same.
    static bool FitsUpdate(in RoundOp op, in Round round) =>
        (round.Oracle is not null || round.Kind is not null)
        && (round.Oracle is null || round.Kind is null || round.ComputedOrigin.Version == round.MessageOrigin.Version)
        && (round.Oracle is null || (op.Number >= round.ComputedOrigin.Version && round.ComputedOrigin.Queue >= 0))
        && (round.Kind is null || (op.Number >= round.MessageOrigin.Version && round.MessageOrigin.Queue >= 0));
}
