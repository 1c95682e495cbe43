using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Kernels;
using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Grains.Live.Agents;

/// <summary>Computations, timers, chance, records.</summary>
sealed unsafe partial class Interpreter<T>
{
    public override ComputationId Compute(in Computation c)
    {
        CheckSteps(in c);
        long number = _agent.Computations++;
        var request = new LiveRequest<T>(_agent)
        {
            Number = number,
            Asked = _run.Evaluator.Resolve(in c, _agent.Id, _agent.Place, number),
            Output = c.Output.Index,
            Output1 = c.Output1.Index,
            Output2 = c.Output2.Index,
            Requested = _now,
            Version = Origin.Unversioned,
            Birth = _now,
        };
        var inputs = c.Oracle.InputCount;
        request.Input = inputs > 0 ? Freeze(c.Input, request) : null;
        request.Input1 = inputs > 1 ? Freeze(c.Input1, request) : null;
        request.Input2 = inputs > 2 ? Freeze(c.Input2, request) : null;
        _agent.Add(request);
        if (c.Oracle.IsReduction)
        {
            request.Scalar = request.Input1 is { } y
                ? VectorMath<T>.Dot(request.Input!.Data, y.Data)
                : VectorMath<T>.SumOfSquares(request.Input!.Data);
            request.Fire();
        }
        else
        {
            var asked = request.Asked;
            request.Due = _now
                + Durations.Of(_run.Plan, _agent.Role, _agent.Id, _agent.Place, number, in asked, _now);
            _run.Compute(request);
        }
        return new ComputationId(number);
    }

    /// <summary>An input as it is now; the request rests on the oldest versioned one.</summary>
    LiveVector<T> Freeze(Operand x, LiveRequest<T> request)
    {
        LiveVector<T> vector;
        long compute = 0, wire = 0;
        switch (x.Kind)
        {
            case OperandKind.Slot:
                ref var slot = ref _agent.Slots[x.Index];
                vector = slot.Vector ?? throw new InvalidOperationException(
                    $"role '{_agent.Role.Name}' computes on slot {x.Index}, which is empty");
                (compute, wire) = (slot.Compute, slot.Wire);
                break;
            case OperandKind.Vector:
                vector = At(Snapshot(new Vector(x.Index), Origin.Unversioned))!;
                break;
            case OperandKind.Snapshot when x.Index >= 0:
                vector = _snapshots[x.Index];
                break;
            case OperandKind.Fragment:
                var fragment = new Fragment(new Vector(x.Index), x.First, x.Count);
                vector = At(Snapshot(fragment, Origin.Unversioned))!;
                break;
            default:
                throw new InvalidOperationException(
                    $"role '{_agent.Role.Name}' computes on a vector that is not there");
        }
        if (vector.Version >= 0 && (request.Version < 0 || vector.Version < request.Version))
        {
            request.Version = vector.Version;
            request.Birth = vector.Birth;
            request.Compute = vector.Compute + compute;
            request.Wire = vector.Wire + wire;
        }
        return vector;
    }

    /// <summary>Ends a computation: its results become the agent's.</summary>
    Computed Commit(LiveRequest<T> r)
    {
        _agent.Forget(r);
        var oracle = _run.Oracles[r.Asked.Oracle];
        var isFinite = double.IsFinite(r.Scalar + r.Scalar1);
        isFinite &= CommitOutput(r.Output, r.Result);
        isFinite &= CommitOutput(r.Output1, r.Result1);
        isFinite &= CommitOutput(r.Output2, r.Result2);
        if (!oracle.IsReduction || !isFinite)
            RecordCompletion(r, oracle, isFinite);
        return new Computed
        {
            Id = new ComputationId(r.Number),
            Oracle = oracle,
            Origin = new Origin(r.Version, r.Birth, r.Compute + (_now - r.Requested), r.Wire, _now),
            Scalar = r.Scalar,
            Scalar1 = r.Scalar1,
        };
    }

    bool CommitOutput(int output, T[]? result)
    {
        if (output < 0)
            return true;
        _agent.Vectors[output] = new VectorCell<T> { Data = result! };
        return VectorMath<T>.IsFinite(result);
    }

    void RecordCompletion(LiveRequest<T> r, Oracle oracle, bool isFinite)
    {
        lock (_run.RecordLock)
        {
            var record = _run.Record;
            if (!isFinite)
                record.NotFinite ??= (_now, _agent.Id);
            if (!oracle.IsReduction)
                record.Compute(1, _now - r.Requested);
            if (oracle.CountsGradient)
                record.Gradients += r.Asked.Steps;
            record.Samples += r.Asked.Samples;
            record.Tally?.Computed(_agent.Id, _now, oracle, r.Requested, r.Asked);
            if (record.IsSampled(_agent.Id) && _now > r.Requested)
                record.Span(_agent.Id, "compute", oracle.Name, r.Requested, _now, -1);
        }
    }

    public override TimerId SetTimer(VirtualTime delay, int tag = 0)
    {
        CheckTimer(delay);
        var timer = new LiveTimer(_agent, _agent.TimersSet++, tag);
        _agent.Add(timer);
        _run.Wheel.Add(_run.Clock.Wall(TakesByClock(delay.Nanoseconds)), timer);
        return new TimerId(timer.Number);
    }

    long TakesByClock(long delay)
    {
        if (_run.Clocks is not { } clocks)
            return delay;
        lock (_run.RecordLock)
            return clocks.DelayOf(_agent.Place, _now, delay, _run.Record.Faults);
    }

    public override void Cancel(ComputationId computation)
    {
        if (_agent.Pending?.Find(p => p is LiveRequest<T> r && r.Number == computation.Number) is { } request)
            GiveUp(request, WasteReason.Superseded);
    }

    public override void Cancel(TimerId timer)
    {
        if (_agent.Pending?.Find(p => p is LiveTimer t && t.Number == timer.Number) is { } found)
            _agent.Forget(found);
    }

    public override double Uniform() =>
        new Draw(_run.Plan.Seeds.Run, Purpose.Program, (ulong)_agent.Id, _agent.Draws++).Uniform(0);

    public override int Below(int n) =>
        new Draw(_run.Plan.Seeds.Run, Purpose.Program, (ulong)_agent.Id, _agent.Draws++).Below(n, 0);

    public override Draw ParticipationDraw(long round) =>
        new(_run.Plan.Seeds.Run, Purpose.Participation, (ulong)_agent.Id, (ulong)round);

    public override void RecordUpdate(long staleness, in Origin origin, Peer of)
    {
        if (staleness < 0 && _run.Epoch > 0)
        {
            // It rests on a version of a life that is lost: nobody can say how stale.
            lock (_run.RecordLock)
            {
                _run.Rewound++;
                _run.Record.Updates++;
            }
            return;
        }
        if (staleness < 0 || origin.Queue < 0)
        {
            throw new InvalidOperationException(
                $"agent {_agent.Id} records staleness {staleness} and {origin.Queue} ns at rest: neither can be "
                + "negative");
        }
        lock (_run.RecordLock)
            _run.Record.Update(_agent.Id, _now, staleness, in origin, of.Id);
        _run.Options.Metrics?.Update(_run, staleness);
        _turn?.SetTag("asyncopt.update.staleness", staleness);
    }

    public override void Stop()
    {
        _agent.Flags |= AgentFlags.Stopped;
        lock (_run.RecordLock)
            _run.Record.Stopped ??= (_now, _agent.Id);
    }
}
