using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Kernels;
using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// Computations and timers: requested with frozen inputs, evaluated in batches before the earliest is due, committed
/// at their due time.
/// </summary>
sealed unsafe partial class Partition<T>
{
    readonly AgentRequests<T> _ofAgents;
    readonly PendingComputations<T> _pending;

    public override ComputationId Compute(in Computation c)
    {
        CheckSteps(in c);
        var i = TakeRequest(in c, _turn.Core->Computations++, _turn.Now);
        ref var r = ref _requests[i];
        var generation = r.Generation;
        var due = _turn.Now;
        if (c.Oracle.IsReduction)
            Reduce(ref r);
        else
        {
            due += Durations.Of(
                _world.Plan, _turn.Role.Layout, _turn.Agent, _turn.Core->Place, r.Number, in r.Asked, _turn.Now);
            AppendPending(i, generation);
        }
        InsertRequest(i, generation, due, EventType.Computed);
        return new ComputationId(r.Number);
    }

    /// <summary>The current agent's request, with frozen inputs.</summary>
    int TakeRequest(in Computation c, long number, long requested)
    {
        var i = _ofAgents.Take(_turn.Agent, _turn.Core);
        ref var r = ref _requests[i];
        r.State = RequestState.Pending;
        r.Number = number;
        r.Asked = _evaluator.Evaluator.Resolve(in c, _turn.Agent, _turn.Core->Place, r.Number);
        r.Requested = requested;
        r.Version = Origin.Unversioned;
        r.Birth = requested;
        var inputs = c.Oracle.InputCount;
        r.Input = inputs > 0 ? Freeze(c.Input, ref r) : -1;
        r.Input1 = inputs > 1 ? Freeze(c.Input1, ref r) : -1;
        r.Input2 = inputs > 2 ? Freeze(c.Input2, ref r) : -1;
        r.Output = c.Output.Index;
        r.Output1 = c.Output1.Index;
        r.Output2 = c.Output2.Index;
        _turn.Core->Computing++;
        return i;
    }

    public override TimerId SetTimer(VirtualTime delay, int tag = 0)
    {
        CheckTimer(delay);
        var i = _ofAgents.Take(_turn.Agent, _turn.Core);
        ref var r = ref _requests[i];
        (r.State, r.Tag, r.Number, r.Requested) = (RequestState.Timer, tag, _turn.Core->Timers++, _turn.Now);
        InsertRequest(i, r.Generation, _turn.Now + delay.Nanoseconds, EventType.Timer);
        return new TimerId(r.Number);
    }

    public override void Cancel(ComputationId computation) => Cancel(computation.Number, timer: false);

    public override void Cancel(TimerId timer) => Cancel(timer.Number, timer: true);

    public override double Uniform() => NextDraw().Uniform(0);

    public override int Below(int n) => NextDraw().Below(n, 0);

    Draw NextDraw() => new(_world.Seed, Purpose.Program, (ulong)_turn.Agent, _turn.Core->Draws++);

    public override void RecordUpdate(long staleness, in Origin origin, Peer of)
    {
        if (staleness < 0 || origin.Queue < 0)
            throw new InvalidOperationException(
                $"agent {_turn.Agent} records staleness {staleness} and {origin.Queue} ns at rest: "
                + "neither can be negative");
        Record.Update(_turn.Agent, _turn.Now, staleness, in origin, of.Id);
    }

    public override void Stop()
    {
        _turn.Core->Flags |= AgentFlags.Stopped;
        Record.Stopped = Recording.Earlier(Record.Stopped, (_turn.Now, _turn.Agent));
    }

    void InsertRequest(int i, int generation, long due, EventType type)
    {
        if (Port is not null)
            return;
        var sequence = _turn.Core->Sent++;
        _events.InsertHere(new Event
        {
            Time = due,
            Sent = _turn.Now,
            Depth = _turn.DepthOf(due),
            Tie = _events.Ties.Of(_turn.Agent, sequence),
            Sender = _turn.Agent,
            Sequence = sequence,
            Receiver = _turn.Agent,
            Payload = i,
            Extra = generation,
            Type = type,
        });
    }

    /// <summary>Takes a reference to an input; the request rests on the oldest versioned one.</summary>
    int Freeze(Operand x, ref Request<T> r)
    {
        int snapshot;
        long compute = 0, wire = 0;
        switch (x.Kind)
        {
            case OperandKind.Slot:
                var slot = _turn.Role.Slot(x.Index, _turn.Index);
                if (slot->Snapshot == 0)
                {
                    throw new InvalidOperationException(
                        $"role '{_turn.Role.Layout.Name}' computes on slot {x.Index}, which is empty");
                }
                snapshot = slot->Snapshot - 1;
                (compute, wire) = (slot->Compute, slot->Wire);
                break;
            case OperandKind.Vector:
                snapshot = Snapshot(new Vector(x.Index), Origin.Unversioned).Index;
                break;
            case OperandKind.Snapshot when x.Index >= 0:
                snapshot = x.Index;
                break;
            case OperandKind.Fragment:
                var fragment = new Fragment(new Vector(x.Index), x.First, x.Count);
                snapshot = Snapshot(fragment, Origin.Unversioned).Index;
                break;
            default:
                throw new InvalidOperationException(
                    $"role '{_turn.Role.Layout.Name}' computes on a vector that is not there");
        }
        ref var s = ref _snapshots[snapshot];
        s.References++;
        if (s.Version >= 0 && (r.Version < 0 || s.Version < r.Version))
            (r.Version, r.Birth, r.Compute, r.Wire) = (s.Version, s.Birth, s.Compute + compute, s.Wire + wire);
        return snapshot;
    }

    void Reduce(ref Request<T> r)
    {
        var x = Contents(r.Input);
        r.Scalar = r.Input1 >= 0 ? VectorMath<T>.Dot(x, Contents(r.Input1)) : VectorMath<T>.SumOfSquares(x);
        r.State = RequestState.Evaluated;
    }

    /// <summary>Ends a computation: its results become the agent's, its place is free.</summary>
    Computed Commit(int i, out ulong hash)
    {
        if (_requests[i].State == RequestState.Pending)
            EvaluatePending(i);
        if (_requests[i].State == RequestState.Launched)
            _evaluator.Collect();
        ref var r = ref _requests[i];
        var oracle = _oracles[r.Asked.Oracle];
        hash = VectorHash.Chain(BitConverter.DoubleToUInt64Bits(r.Scalar), BitConverter.DoubleToUInt64Bits(r.Scalar1));
        if (r.Output >= 0)
            hash = VectorHash.Chain(hash, CommitOutput(r.Output, r.Result));
        if (r.Output1 >= 0)
            hash = VectorHash.Chain(hash, CommitOutput(r.Output1, r.Result1));
        if (r.Output2 >= 0)
            hash = VectorHash.Chain(hash, CommitOutput(r.Output2, r.Result2));
        if (!double.IsFinite(r.Scalar + r.Scalar1))
            Record.NotFinite = Recording.Earlier(Record.NotFinite, (_turn.Now, _turn.Agent));
        if (oracle.CountsGradient)
            Record.Gradients += r.Asked.Steps;
        Record.Samples += r.Asked.Samples;
        Record.Tally?.Computed(_turn.Agent, _turn.Now, oracle, r.Requested, in r.Asked);
        if (Record.IsSampled(_turn.Agent) && _turn.Now > r.Requested)
            Record.Span(_turn.Agent, "compute", oracle.Name, r.Requested, _turn.Now, -1);
        var computed = new Computed
        {
            Id = new ComputationId(r.Number),
            Oracle = oracle,
            Origin = new Origin(r.Version, r.Birth, r.Compute + (_turn.Now - r.Requested), r.Wire, _turn.Now),
            Scalar = r.Scalar,
            Scalar1 = r.Scalar1,
        };
        FreeRequest(i);
        return computed;
    }

    ulong CommitOutput(int output, T* result)
    {
        var values = new ReadOnlySpan<T>(result, _turn.Role.Dimensions[output]);
        values.CopyTo(Write(new Vector(output)));
        if (!VectorMath<T>.IsFinite(values))
            Record.NotFinite = Recording.Earlier(Record.NotFinite, (_turn.Now, _turn.Agent));
        return VectorHash.Of(values);
    }

    void EvaluatePending(int due) => _eventsToLook = Math.Max(0, _eventsToLook - _pending.Evaluate(due));

    void AppendPending(int i, int generation) => _pending.Append(i, generation);

    void Cancel(long number, bool timer)
    {
        var i = IndexOfRequest(number, timer);
        if (i < 0)
            return;
        if (_requests[i].State is RequestState.Evaluated or RequestState.Launched)
            Record.Wasted++;
        FreeRequest(i);
    }

    /// <summary>The place of a pending request of the current agent; -1 if there is none of that number.</summary>
    int IndexOfRequest(long number, bool timer) => _ofAgents.Find(_turn.Core, number, timer);

    /// <summary>Frees the place of a request of the current agent.</summary>
    void FreeRequest(int i) => _ofAgents.Free(i, _turn.Core, _turn.Role);
}
