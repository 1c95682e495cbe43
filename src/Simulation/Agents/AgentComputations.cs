using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Kernels;
using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// Computations and timers of agents: requested with frozen inputs, evaluated in batches before the earliest is due,
/// committed at their due time.
/// </summary>
sealed unsafe class AgentComputations<T>
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly PartitionMemory<T> _memory;
    readonly AgentTurn<T> _turn;
    readonly AgentVectors<T> _vectors;
    readonly PendingEvents<T> _events;
    readonly BatchEvaluator<T> _evaluator;
    readonly OracleSet<T> _oracles;
    readonly WorkBudget _budget;
    readonly DrawsAhead<T>? _jitters;
    readonly bool _hasEvents;
    readonly Snapshots<T> _snapshots;
    readonly Requests<T> _requests;
    readonly Recording _record;
    readonly AgentRequests<T> _ofAgents;
    readonly PendingComputations<T> _pending;

    /// <param name="memory">What the partition stores.</param>
    /// <param name="turn">Whose event is handled.</param>
    /// <param name="vectors">Its vectors.</param>
    /// <param name="events">Where due times are noted.</param>
    /// <param name="evaluator">Evaluates.</param>
    /// <param name="oracles">What can be computed.</param>
    /// <param name="budget">What evaluations are charged to.</param>
    /// <param name="jitters">Factors of durations that are drawn already; null where none are drawn.</param>
    /// <param name="hasEvents">Whether requests become due by events; a log says it in a replay.</param>
    public AgentComputations(
        PartitionMemory<T> memory, AgentTurn<T> turn, AgentVectors<T> vectors, PendingEvents<T> events,
        BatchEvaluator<T> evaluator, OracleSet<T> oracles, WorkBudget budget, DrawsAhead<T>? jitters, bool hasEvents)
    {
        (_memory, _turn, _vectors, _events) = (memory, turn, vectors, events);
        (_evaluator, _oracles, _budget) = (evaluator, oracles, budget);
        (_jitters, _hasEvents) = (jitters, hasEvents);
        (_snapshots, _requests, _record) = (memory.Snapshots, memory.Requests, memory.Record);
        (_ofAgents, _pending) = (new(memory, evaluator), new(memory, evaluator));
    }

    /// <summary>Requests a computation, whose end is an event.</summary>
    public ComputationId Request(in Computation c)
    {
        var turn = _turn;
        var i = Take(in c, turn.Core->Computations++, turn.Now);
        ref var r = ref _requests[i];
        var generation = r.Generation;
        var due = turn.Now;
        if (c.Oracle.IsReduction)
            Reduce(ref r);
        else
        {
            var (asked, jitter) = (_requests.AskedOf(in r), JitterOf(r.Number));
            due += Durations.Of(
                _memory.World.Plan, turn.Role.Layout, turn.Agent, turn.Core->Place, r.Number, in asked, turn.Now,
                jitter);
            if (_record.Schedule is { } schedule)
                Note(schedule, in r, in asked, jitter);
            _pending.Append(i, generation);
        }
        Insert(i, generation, due, EventType.Computed);
        return new ComputationId(r.Number);
    }

    void Note(ScheduleLog schedule, in Request<T> r, in Asked asked, double jitter) => schedule.Add(
        _turn.Agent, (uint)r.Number, Durations.FactorOf(
            _memory.World.Plan, _turn.Role.Layout, _turn.Agent, _turn.Core->Place, r.Number, in asked, _turn.Now,
            jitter));

    double JitterOf(long number) => _jitters is { } jitters && jitters.TryTake(_turn.Agent, (uint)number, out var bits)
        ? BitConverter.UInt64BitsToDouble(bits)
        : Durations.JitterOf(_memory.World.Plan, _turn.Agent, number);

    /// <summary>Sets a timer, whose end is an event.</summary>
    public TimerId SetTimer(VirtualTime delay, int tag)
    {
        var i = _ofAgents.Take(_turn.Agent, _turn.Core);
        ref var r = ref _requests[i];
        (r.State, r.Tag, r.Number, r.Requested) = (RequestState.Timer, tag, _turn.Core->Timers++, _turn.Now);
        var takes = _memory.World.Clocks is { } clocks
            ? clocks.DelayOf(_turn.Core->Place, _turn.Now, delay.Nanoseconds, _record.Faults)
            : delay.Nanoseconds;
        Insert(i, r.Generation, _turn.Now + takes, EventType.Timer);
        return new TimerId(r.Number);
    }

    /// <summary>Makes an event of a computation of a wave.</summary>
    /// <param name="c">The computation.</param>
    /// <param name="number">Its rank among the agent's.</param>
    /// <param name="requested">When it was requested, in ns.</param>
    /// <param name="due">When it ends.</param>
    /// <param name="sequence">The sequence of the event.</param>
    public void Insert(in Computation c, uint number, long requested, Moment due, uint sequence)
    {
        var i = Take(in c, number, requested);
        var generation = _requests[i].Generation;
        _pending.Append(i, generation);
        _events.Queue.Insert(_events.Of(due, requested, _turn.Agent, sequence, EventType.Computed) with
        {
            Receiver = _turn.Agent,
            Payload = i,
            Extra = generation,
        });
    }

    void Insert(int i, int generation, long due, EventType type)
    {
        var turn = _turn;
        if (!_hasEvents)
            return;
        var sequence = turn.Core->Sent++;
        _events.InsertHere(new Event
        {
            Time = due,
            Sent = turn.Now,
            Depth = turn.DepthOf(due),
            Tie = _events.Ties.Of(turn.Agent, sequence),
            Sender = turn.Agent,
            Sequence = sequence,
            Receiver = turn.Agent,
            Payload = i,
            Extra = generation,
            Type = type,
        });
    }

    /// <summary>The current agent's request, with frozen inputs.</summary>
    int Take(in Computation c, uint number, long requested)
    {
        var turn = _turn;
        var i = _ofAgents.Take(turn.Agent, turn.Core);
        ref var r = ref _requests[i];
        r.State = RequestState.Pending;
        r.Number = number;
        r.Requested = requested;
        _requests.Ask(ref r, _evaluator.Evaluator.Resolve(in c, turn.Agent, turn.Core->Place, number));
        var origin = Requests<T>.Unversioned(requested);
        var inputs = c.Oracle.InputCount;
        var input = inputs > 0 ? Freeze(c.Input, ref origin) : -1;
        var input1 = inputs > 1 ? Freeze(c.Input1, ref origin) : -1;
        var input2 = inputs > 2 ? Freeze(c.Input2, ref origin) : -1;
        _requests.SetInputs(ref r, input, input1, input2, in origin);
        _requests.SetOutputs(ref r, c.Output.Index, c.Output1.Index, c.Output2.Index);
        if (c.Oracle.Scalars > 0)
            _requests.TakeExtras(ref r);
        turn.Core->Computing++;
        return i;
    }

    /// <summary>Takes a reference to an input; the request rests on the oldest versioned one.</summary>
    int Freeze(Operand x, ref Origin origin)
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
                snapshot = _vectors.Take(new Vector(x.Index), Origin.Unversioned).Index;
                break;
            case OperandKind.Snapshot when x.Index >= 0:
                snapshot = x.Index;
                break;
            case OperandKind.Fragment:
                var fragment = new Fragment(new Vector(x.Index), x.First, x.Count);
                snapshot = _vectors.Take(fragment, Origin.Unversioned).Index;
                break;
            default:
                throw new InvalidOperationException(
                    $"role '{_turn.Role.Layout.Name}' computes on a vector that is not there");
        }
        ref var s = ref _snapshots[snapshot];
        s.References++;
        if (s.Version >= 0 && (origin.Version < 0 || s.Version < origin.Version))
            origin = new(s.Version, s.Birth, s.Compute + compute, s.Wire + wire, origin.Now);
        return snapshot;
    }

    void Reduce(ref Request<T> r)
    {
        var x = _vectors.Contents(r.Input);
        var other = _requests.ExtrasOf(in r).Input1;
        var scalar = other >= 0 ? VectorMath<T>.Dot(x, _vectors.Contents(other)) : VectorMath<T>.SumOfSquares(x);
        _requests.SetScalars(in r, (scalar, 0));
        r.State = RequestState.Evaluated;
    }

    /// <summary>Ends a timer: its place is free.</summary>
    public TimerFired Fire(int i)
    {
        ref var r = ref _requests[i];
        var fired = new TimerFired(new TimerId(r.Number), r.Tag);
        Free(i);
        return fired;
    }

    /// <summary>Ends a computation: its results become the agent's, its place is free.</summary>
    public Computed Commit(int i, out ulong hash)
    {
        var turn = _turn;
        if (_requests[i].State == RequestState.Pending)
            _budget.Spend(EvaluateDue(i));
        if (_requests[i].State == RequestState.Launched)
            _evaluator.Collect();
        ref var r = ref _requests[i];
        var (now, agent) = (turn.Now, turn.Agent);
        var (oracle, asked) = (_oracles[r.Oracle], _requests.AskedOf(in r));
        var (scalar, scalar1) = _requests.ScalarsOf(in r);
        hash = VectorHash.Chain(BitConverter.DoubleToUInt64Bits(scalar), BitConverter.DoubleToUInt64Bits(scalar1));
        if (r.Output >= 0)
        {
            var first = CommitOutput(i, 0, r.Output, ref r.Result);
            _turn.NoteResult(r.Output, first);
            hash = VectorHash.Chain(hash, first);
        }
        if (r.Extras != 0)
        {
            ref var x = ref _requests.ExtrasOf(in r);
            if (x.Output1 >= 0)
                hash = VectorHash.Chain(hash, CommitOutput(i, 1, x.Output1, ref x.Result1));
            if (x.Output2 >= 0)
                hash = VectorHash.Chain(hash, CommitOutput(i, 2, x.Output2, ref x.Result2));
        }
        if (!double.IsFinite(scalar + scalar1))
            _record.NotFinite = Recording.Earlier(_record.NotFinite, (now, agent));
        if (!oracle.IsReduction)
            _record.Compute(1, now - r.Requested);
        if (oracle.CountsGradient)
            _record.Gradients += asked.Steps;
        _record.Samples += asked.Samples;
        _record.Tally?.Computed(agent, now, oracle, r.Requested, in asked);
        if (_record.IsSampled(agent) && now > r.Requested)
            _record.Span(agent, "compute", oracle.Name, r.Requested, now, -1);
        var origin = _requests.OriginOf(in r);
        var computed = new Computed
        {
            Id = new ComputationId(r.Number),
            Oracle = oracle,
            Origin = origin with { Compute = origin.Compute + (now - r.Requested), Now = now },
            Scalar = scalar,
            Scalar1 = scalar1,
        };
        Free(i);
        return computed;
    }

    /// <summary>
    /// Evaluates a computation that is due; where nothing else is evaluated with it, and vectors do not move, into the
    /// agent's own vector.
    /// </summary>
    int EvaluateDue(int i)
    {
        ref var r = ref _requests[i];
        var (output, output1, output2) = _requests.OutputsOf(in r);
        if (output < 0 || output1 >= 0 || output2 >= 0 || _turn.Role.HasMoving || _pending.IsGathered(i))
            return _pending.Evaluate(i);
        return _pending.EvaluateInto(i, _vectors.PlaceOfResult(output));
    }

    // A long result becomes the agent's where it lies; a short one is there already, or is copied.
    ulong CommitOutput(int request, int rank, int output, ref T* result)
    {
        var values = new ReadOnlySpan<T>(result, _turn.Role.Dimensions[output]);
        if (result == _turn.Role.Vector(output, _turn.Index))
        {
            result = null;
        }
        else if (_turn.Role.Moves(output))
        {
            _vectors.Place(output, result);
            result = null;
        }
        else
        {
            values.CopyTo(_vectors.Overwrite(new Vector(output)));
            _snapshots.Passes.Read += values.Length;
        }
        _snapshots.Passes.Read += values.Length;
        ulong hash = 0;
        var isFinite = true;
        if (!_turn.Role.HasMoving || !_evaluator.Hashes.TryTake(request, rank, out hash, out isFinite))
            (hash, isFinite) = ResultHashes.Of(values);
        if (!isFinite)
            _record.NotFinite = Recording.Earlier(_record.NotFinite, (_turn.Now, _turn.Agent));
        return hash;
    }

    /// <summary>Cancels a pending request of the current agent, if there is one of that number.</summary>
    public void Cancel(long number, bool timer)
    {
        if (Find(number, timer) is var i and >= 0)
            GiveUp(i, WasteReason.Superseded);
    }

    /// <summary>Cancels all requests of the current agent, which went down.</summary>
    public void CancelAll()
    {
        while (_turn.Core->FirstRequest != 0)
            GiveUp(_turn.Core->FirstRequest - 1, WasteReason.Down);
    }

    /// <summary>Ends a request of the current agent that comes to nothing.</summary>
    public void GiveUp(int i, WasteReason reason)
    {
        ref var r = ref _requests[i];
        if (r.State is RequestState.Evaluated or RequestState.Launched)
            _record.Wasted++;
        if (r.State != RequestState.Timer && !_oracles[r.Oracle].IsReduction)
            _record.GiveUp(reason, _turn.Now - r.Requested);
        Free(i);
    }

    /// <summary>The place of a pending request of the current agent; -1 if there is none of that number.</summary>
    public int Find(long number, bool timer) => _ofAgents.Find(_turn.Core, number, timer);

    /// <summary>Frees the place of a request of the current agent.</summary>
    public void Free(int i) => _ofAgents.Free(i, _turn.Core, _turn.Role);

    /// <summary>Writes the requests of the current agent.</summary>
    public void Save(BinaryWriter to, SnapshotIds ids)
    {
        for (var at = _turn.Core->FirstRequest; at != 0; at = _requests[at - 1].Next)
        {
            to.Write(true);
            Save(in _requests[at - 1], to, ids);
        }
        to.Write(false);
    }

    void Save(in Request<T> r, BinaryWriter to, SnapshotIds ids)
    {
        // A result that waits for its due time is not saved: the frozen inputs give it again. A reduction's is.
        var isRepeated = r.State is RequestState.Evaluated or RequestState.Launched
            && !_oracles[r.Oracle].IsReduction;
        to.Write((byte)(isRepeated ? RequestState.Pending : r.State));
        to.Write((long)r.Number);
        to.Write(r.Tag);
        _requests.AskedOf(in r).Save(to);
        var (input, input1, input2) = _requests.InputsOf(in r);
        to.Write(ids.Of(_memory.Number, input));
        to.Write(ids.Of(_memory.Number, input1));
        to.Write(ids.Of(_memory.Number, input2));
        var (output, output1, output2) = _requests.OutputsOf(in r);
        to.Write(output);
        to.Write(output1);
        to.Write(output2);
        var (scalar, scalar1) = _requests.ScalarsOf(in r);
        to.Write(scalar);
        to.Write(scalar1);
        var origin = _requests.OriginOf(in r);
        to.Write(r.Requested);
        to.Write(origin.Version);
        to.Write(origin.Birth);
        to.Write(origin.Compute);
        to.Write(origin.Wire);
    }

    /// <summary>Reads the requests of the current agent, which has none yet.</summary>
    public void Load(BinaryReader from, SnapshotStore<T> store)
    {
        _turn.Core->FirstRequest = 0;
        _turn.Core->Computing = 0;
        while (from.ReadBoolean())
            LoadRequest(from, store);
    }

    void LoadRequest(BinaryReader from, SnapshotStore<T> store)
    {
        var i = _ofAgents.Take(_turn.Agent, _turn.Core);
        ref var r = ref _requests[i];
        r.State = (RequestState)from.ReadByte();
        (r.Number, r.Tag) = (checked((uint)from.ReadInt64()), from.ReadInt32());
        var asked = Asked.Load(from);
        int LoadInput() => store.Take(from.ReadInt32(), _memory.Number, _snapshots);
        var (input, input1, input2) = (LoadInput(), LoadInput(), LoadInput());
        var (output, output1, output2) = (from.ReadInt32(), from.ReadInt32(), from.ReadInt32());
        var scalars = (from.ReadDouble(), from.ReadDouble());
        r.Requested = from.ReadInt64();
        var (version, birth, compute, wire) = (
            from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadInt64());
        if (r.State == RequestState.Timer)
            return;
        _requests.Ask(ref r, in asked);
        _requests.SetInputs(ref r, input, input1, input2, new(version, birth, compute, wire, r.Requested));
        _requests.SetOutputs(ref r, output, output1, output2);
        if (_oracles[r.Oracle].Scalars > 0)
            _requests.TakeExtras(ref r);
        _requests.SetScalars(in r, scalars);
        _turn.Core->Computing++;
        if (r.State == RequestState.Pending)
            _pending.Append(i, r.Generation);
    }
}
