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
    // Requests in the order in which they were made, with their generation; those before the head are done.
    (int Request, int Generation)[] _pending = new (int, int)[64];
    int _pendingHead;
    int _pendingCount;
    int[] _batch = new int[64];

    // Multiplications that count as an event, where cancellation is looked at once per so many of these.
    const int WorkPerEvent = 128;

    // A device begins when half as many requests are pending as it had last: so it works while events make the rest.
    const int BeginLeast = 1024;
    int _beginAt = BeginLeast;

    public override ComputationId Compute(in Computation c)
    {
        CheckSteps(in c);
        var i = TakeRequest(in c, _core->Computations++, _now);
        ref var r = ref _requests[i];
        var generation = r.Generation;
        var due = _now;
        if (c.Oracle.IsReduction)
            Reduce(ref r);
        else
        {
            due += Durations.Of(_world.Plan, _role.Layout, _self, _core->Place, r.Number, in r.Asked);
            AppendPending(i, generation);
        }
        InsertRequest(i, generation, due, EventType.Computed);
        return new ComputationId(r.Number);
    }

    /// <summary>The current agent's request, with frozen inputs.</summary>
    int TakeRequest(in Computation c, long number, long requested)
    {
        var i = _requests.Take();
        ref var r = ref _requests[i];
        var generation = r.Generation;
        r = default;
        r.Generation = generation;
        r.State = RequestState.Pending;
        r.Agent = _self;
        r.Number = number;
        r.Asked = _evaluator.Evaluator.Resolve(in c, _self, r.Number);
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
        Link(i);
        _core->Computing++;
        return i;
    }

    public override TimerId SetTimer(VirtualTime delay, int tag = 0)
    {
        CheckTimer(delay);
        var i = _requests.Take();
        ref var r = ref _requests[i];
        var generation = r.Generation;
        r = default;
        (r.Generation, r.State, r.Agent, r.Tag) = (generation, RequestState.Timer, _self, tag);
        (r.Input, r.Input1, r.Input2) = (-1, -1, -1);
        r.Number = _core->Timers++;
        r.Requested = _now;
        Link(i);
        InsertRequest(i, generation, _now + delay.Nanoseconds, EventType.Timer);
        return new TimerId(r.Number);
    }

    public override void Cancel(ComputationId computation) => Cancel(computation.Number, timer: false);

    public override void Cancel(TimerId timer) => Cancel(timer.Number, timer: true);

    public override double Uniform() => new Draw(_world.Seed, Purpose.Program, (ulong)_self, _core->Draws++).Uniform(0);

    public override int Below(int n) =>
        new Draw(_world.Seed, Purpose.Program, (ulong)_self, _core->Draws++).Below(n, 0);

    public override void RecordUpdate(long staleness, in Origin origin, Peer of)
    {
        if (staleness < 0 || origin.Queue < 0)
            throw new InvalidOperationException(
                $"agent {_self} records staleness {staleness} and {origin.Queue} ns at rest: neither can be negative");
        Record.Update(_self, _now, staleness, in origin, of.Id);
    }

    public override void Stop()
    {
        _core->Flags |= AgentFlags.Stopped;
        Record.Stopped = Recording.Earlier(Record.Stopped, (_now, _self));
    }

    void InsertRequest(int i, int generation, long due, EventType type)
    {
        if (Port is not null)
            return;
        var sequence = _core->Sent++;
        InsertHere(new Event
        {
            Time = due,
            Sent = _now,
            Depth = DepthOf(due),
            Tie = _ties.Of(_self, sequence),
            Sender = _self,
            Sequence = sequence,
            Receiver = _self,
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
                var slot = _role.Slot(x.Index, _index);
                if (slot->Snapshot == 0)
                {
                    throw new InvalidOperationException(
                        $"role '{_role.Layout.Name}' computes on slot {x.Index}, which is empty");
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
            default:
                throw new InvalidOperationException(
                    $"role '{_role.Layout.Name}' computes on a vector that is not there");
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
            Record.NotFinite = Recording.Earlier(Record.NotFinite, (_now, _self));
        if (oracle.CountsGradient)
            Record.Gradients += r.Asked.Steps;
        Record.Samples += r.Asked.Samples;
        if (Record.IsSampled(_self) && _now > r.Requested)
            Record.Span(_self, "compute", oracle.Name, r.Requested, _now, -1);
        var computed = new Computed
        {
            Id = new ComputationId(r.Number),
            Oracle = oracle,
            Origin = new Origin(r.Version, r.Birth, r.Compute + (_now - r.Requested), r.Wire, _now),
            Scalar = r.Scalar,
            Scalar1 = r.Scalar1,
        };
        FreeRequest(i);
        return computed;
    }

    ulong CommitOutput(int output, T* result)
    {
        var values = new ReadOnlySpan<T>(result, _role.Dimensions[output]);
        values.CopyTo(Write(new Vector(output)));
        if (!VectorMath<T>.IsFinite(values))
            Record.NotFinite = Recording.Earlier(Record.NotFinite, (_now, _self));
        return VectorHash.Of(values);
    }

    /// <summary>
    /// Evaluates what is pending, oldest request first, within the bounds, and in any case the one that is due.
    /// </summary>
    void EvaluatePending(int due)
    {
        if (!IsGathered(due))
        {
            TakeResults(ref _requests[due]);
            CountBatch(1);
            _evaluator.Evaluate(_snapshots, ref _requests[due]);
            var work = BatchEvaluator<T>.WorkOf(_requests, _snapshots, due) / WorkPerEvent;
            _eventsToLook = (int)Math.Max(0, _eventsToLook - work);
            return;
        }
        var (count, bytes) = TakePending();
        if (!_batch.AsSpan(0, count).Contains(due))
            AddToBatch(due, ref count, ref bytes);
        CountBatch(count);
        _evaluator.Evaluate(_requests, _snapshots, _batch, count);
        _eventsToLook = 1;
    }

    /// <summary>Has the device begin with what is pending; events go on, until the first of it is due.</summary>
    void BeginPending()
    {
        var (count, _) = TakePending();
        CountBatch(count);
        _evaluator.Begin(_requests, _snapshots, _batch, count);
    }

    void CountBatch(int count)
    {
        _beginAt = Math.Max(BeginLeast, count / 2);
        Record.Batches++;
        Record.BatchMax = Math.Max(Record.BatchMax, count);
        Record.Evaluations += count;
    }

    (int Count, long Bytes) TakePending()
    {
        var count = 0;
        long bytes = 0;
        while (_pendingCount > 0 && (count < _evaluator.BatchLeast || bytes < _evaluator.BatchBytesMax))
        {
            var (i, generation) = _pending[_pendingHead];
            _pendingHead = (_pendingHead + 1) & (_pending.Length - 1);
            _pendingCount--;
            if (_requests[i].Generation != generation || _requests[i].State != RequestState.Pending)
                continue;
            AddToBatch(i, ref count, ref bytes);
        }
        return (count, bytes);
    }

    void AddToBatch(int i, ref int count, ref long bytes)
    {
        TakeResults(ref _requests[i]);
        bytes += ResultBytes(in _requests[i]);
        if (count == _batch.Length)
            Array.Resize(ref _batch, 2 * _batch.Length);
        _batch[count++] = i;
    }

    /// <summary>Gives a request private buffers for its results.</summary>
    void TakeResults(ref Request<T> r)
    {
        r.Result = TakeResult(in r, r.Output);
        r.Result1 = TakeResult(in r, r.Output1);
        r.Result2 = TakeResult(in r, r.Output2);
    }

    T* TakeResult(in Request<T> r, int output) =>
        output < 0 ? null : _snapshots.Buffers.Take(DimensionOf(in r, output));

    long ResultBytes(in Request<T> r) => sizeof(T)
        * ((long)DimensionOf(in r, r.Output) + DimensionOf(in r, r.Output1) + DimensionOf(in r, r.Output2));

    int DimensionOf(in Request<T> r, int output) =>
        output < 0 ? 0 : _roles[_cores[r.Agent].Role].Dimensions[output];

    /// <summary>Whether a request waits for others, to be evaluated with them.</summary>
    bool IsGathered(int i) => !_evaluator.IsAlone
        && _evaluator.Gathers(BatchEvaluator<T>.WorkOf(_requests, _snapshots, i), ResultBytes(in _requests[i]));

    void AppendPending(int i, int generation)
    {
        if (!IsGathered(i))
            return;
        if (_pendingCount == _pending.Length)
        {
            var larger = new (int, int)[2 * _pending.Length];
            for (var k = 0; k < _pendingCount; k++)
                larger[k] = _pending[(_pendingHead + k) & (_pending.Length - 1)];
            (_pending, _pendingHead) = (larger, 0);
        }
        _pending[(_pendingHead + _pendingCount++) & (_pending.Length - 1)] = (i, generation);
        if (_pendingCount >= _beginAt && _evaluator.CanBegin)
            BeginPending();
    }

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
    int IndexOfRequest(long number, bool timer)
    {
        for (var at = _core->FirstRequest; at != 0; at = _requests[at - 1].Next)
        {
            if (_requests[at - 1].Number == number && (_requests[at - 1].State == RequestState.Timer) == timer)
                return at - 1;
        }
        return -1;
    }

    void Link(int i)
    {
        ref var r = ref _requests[i];
        r.Next = _core->FirstRequest;
        r.Previous = 0;
        if (r.Next != 0)
            _requests[r.Next - 1].Previous = i + 1;
        _core->FirstRequest = i + 1;
    }

    /// <summary>Frees the place of a request of the current agent: whatever event still names it is void.</summary>
    void FreeRequest(int i)
    {
        ref var r = ref _requests[i];
        // Its results are on their way to buffers that are to be used again.
        if (r.State == RequestState.Launched)
            _evaluator.Collect();
        if (r.Previous != 0)
            _requests[r.Previous - 1].Next = r.Next;
        else
            _core->FirstRequest = r.Next;
        if (r.Next != 0)
            _requests[r.Next - 1].Previous = r.Previous;
        if (r.State != RequestState.Timer)
            _core->Computing--;
        foreach (var input in (ReadOnlySpan<int>)[r.Input, r.Input1, r.Input2])
        {
            if (input >= 0)
                _snapshots.Release(input);
        }
        if (r.Result != null)
            _snapshots.Buffers.Return(r.Result, _role.Dimensions[r.Output]);
        if (r.Result1 != null)
            _snapshots.Buffers.Return(r.Result1, _role.Dimensions[r.Output1]);
        if (r.Result2 != null)
            _snapshots.Buffers.Return(r.Result2, _role.Dimensions[r.Output2]);
        r.Result = null;
        r.Result1 = null;
        r.Result2 = null;
        r.State = RequestState.Free;
        r.Generation++;
        _requests.Free(i);
    }
}
