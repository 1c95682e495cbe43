using AsyncOpt.Core.Codecs;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Scripts;

/// <summary>
/// Notes what the ordinary handlers of one agent ask for at an instant, to be done for all agents of its role. A
/// handler is a function of the agent's state, the event, and what it reads through its effects. So agents with equal
/// states and alike events ask for the same, unless a handler reads what differs between them. Such a read ends the
/// recording; what is asked for and cannot be done for all at once makes it <see cref="IsBeyond"/>.
/// </summary>
/// <param name="server">The one server, to which each may send; null for none.</param>
sealed class CohortRecorder(Peer? server = null) : Effects
{
    // The number of the snapshot that a message brought: it can be held, and nothing else.
    const int BroughtIndex = int.MaxValue - 1;

    readonly List<CohortOp> _ops = [];
    readonly List<(int Vector, Origin Origin, int OpsBefore)> _snapshots = [];
    Instant _now;

    // Messages of the instant that are held in rows so far.
    int _kept;

    // Which vectors of the rows are not mixed yet, a bit for each.
    int _unmixed;

    // The event that is being handled: what it rests on, and whether it is the agent's last of the instant.
    Origin _origin;
    bool _isLast;

    /// <summary>What is asked for, in order.</summary>
    public List<CohortOp> Ops => _ops;

    /// <summary>Whether something was asked for that is not done for all at once; the notes are void.</summary>
    public bool IsBeyond { get; private set; }

    /// <summary>The slot in which all agents hold a server's snapshot; null for none.</summary>
    public HeldSlot? Slot { get; private set; }

    /// <summary>Whether the instant's message is held there.</summary>
    public bool HoldsMessage { get; private set; }

    /// <summary>Which rows all agents hold in full.</summary>
    public HeldRows Rows { get; private set; }

    /// <summary>Whether the instant's messages are kept in rows.</summary>
    public bool KeepsMessages => _now.Messages > 0 && _kept == _now.Messages;

    /// <summary>In which rows they are kept, mixed since or not; -1 for none.</summary>
    public int KeptIn { get; private set; }

    /// <summary>Whether rows that were held are mixed.</summary>
    public bool HasMixed { get; private set; }

    /// <summary>What is computed; null for nothing.</summary>
    public CohortComputation? Computation { get; private set; }

    /// <summary>What is sent; null for nothing.</summary>
    public CohortMessage? Sent { get; private set; }

    /// <summary>A message's vector, as the handler sees it.</summary>
    public static Snapshot Brought => new(BroughtIndex);

    /// <summary>Begins an instant.</summary>
    public void Begin(in Instant now)
    {
        _ops.Clear();
        _snapshots.Clear();
        (_now, _kept, IsBeyond, Slot, HoldsMessage) = (now, 0, false, now.Slot, false);
        (Rows, KeptIn, HasMixed, Computation, Sent) = (now.Rows, -1, false, null, null);
        _unmixed = AllOf(now.Rows);
    }

    static int AllOf(HeldRows rows) => (1 << rows.Vectors) - 1;

    /// <summary>Begins a handler.</summary>
    /// <param name="origin">What the event rests on.</param>
    /// <param name="isLast">Whether it is the agent's last event of the instant.</param>
    public void BeginHandler(in Origin origin, bool isLast) => (_origin, _isLast) = (origin, isLast);

    /// <summary>
    /// Ends the instant: messages are kept by all agents or by none, and all their vectors are mixed or none.
    /// </summary>
    public void End() => IsBeyond |= (_kept > 0 && !KeepsMessages) || (Rows.IsAny && _unmixed != AllOf(Rows));

    /// <summary>Whether another recording, of the same events in another order, asks for the same.</summary>
    public bool IsLike(CohortRecorder other) =>
        (IsBeyond, Slot, HoldsMessage) == (other.IsBeyond, other.Slot, other.HoldsMessage)
        && (Rows, KeepsMessages) == (other.Rows, other.KeepsMessages) && _ops.SequenceEqual(other._ops);

    public override Peer Self => _now.Self;

    public override int Index => throw new NotAlikeException();

    public override int Place => throw new NotAlikeException();

    public override Span<double> Numbers(Table table) => throw new NotAlikeException();

    public override int Held(NeighbourRows rows, long iteration) => throw new NotAlikeException();

    internal override bool TryBody(
        NeighbourRows rows, long iteration, int k, out MessageBody body, out MessageKind kind) =>
        throw new NotAlikeException();

    public override double Uniform() => throw new NotAlikeException();

    public override int Below(int n) => throw new NotAlikeException();

    public override Draw ParticipationDraw(long round) => throw new NotAlikeException();

    public override void Copy(Operand x, Vector y) => Note(new(CohortOpKind.Copy) { X = Own(x), Vector = y.Index });

    public override void Fill(double value, Vector y) =>
        Note(new(CohortOpKind.Fill) { Factor = value, X = y, Vector = y.Index });

    public override void Scale(double a, Vector y) =>
        Note(new(CohortOpKind.Scale) { Factor = a, X = y, Vector = y.Index });

    public override void Axpy(double a, Operand x, Vector y) =>
        Note(new(CohortOpKind.Axpy) { Factor = a, X = Own(x), Vector = y.Index });

    public override void Lerp(double a, Operand x, Vector y) =>
        Note(new(CohortOpKind.Lerp) { Factor = a, X = Own(x), Vector = y.Index });

    public override void Step(
        Optimizer optimizer, double rate, long number, Operand gradient, Vector x, Vector state0, Vector state1) =>
        Note(new(CohortOpKind.Step)
        {
            Optimizer = optimizer,
            Factor = rate,
            Number = number,
            X = Own(gradient),
            Vector = x.Index,
            State0 = state0.Index,
            State1 = state1.Index,
        });

    public override void Mix(NeighbourRows rows, long iteration, Operand self, Vector y, MissingRows? missing)
    {
        IsBeyond |= self != y || !IsComplete(rows, iteration);
        var row = Math.Max(0, rows.Index - Rows.First);
        Note(new(CohortOpKind.Mix) { X = y, Vector = y.Index, Row = row, Number = iteration });
        _unmixed &= ~(1 << row);
        if (_unmixed == 0)
            (Rows, HasMixed) = (default, true);
    }

    void Note(in CohortOp op)
    {
        IsBeyond |= !IsHere(op.X) || op.Vector < 0;
        _ops.Add(op);
    }

    /// <summary>Whether it is a vector of the agent, or the slot that holds what all agents hold.</summary>
    bool IsHere(Operand x) => x.Kind == OperandKind.Vector || (Slot is { } held && held.Is(x));

    /// <summary>A vector for the snapshot of it, as long as it is as it was.</summary>
    Operand Own(Operand x) => x.Kind == OperandKind.Snapshot && TryFind(x.Index, out var vector, out _)
        ? new Operand(OperandKind.Vector, vector)
        : x;

    /// <summary>The vector that a snapshot of this instant was taken of, if its contents have not changed.</summary>
    bool TryFind(int snapshot, out int vector, out Origin origin)
    {
        (vector, origin) = (-1, default);
        if ((uint)snapshot >= (uint)_snapshots.Count)
            return false;
        (vector, origin, var before) = _snapshots[snapshot];
        for (var i = before; i < _ops.Count; i++)
        {
            if (_ops[i].Writes(vector))
                return false;
        }
        return true;
    }

    public override Snapshot Snapshot(Vector x, long version) =>
        Snapshot(x, new Origin(version, _now.Time, 0, 0, _now.Time));

    public override Snapshot Snapshot(Vector x, in Origin origin)
    {
        _snapshots.Add((x.Index, origin, _ops.Count));
        return new Snapshot(_snapshots.Count - 1);
    }

    public override void Hold(Slot slot, in Received m)
    {
        // Who reads the slot before reads what it held until then.
        IsBeyond |= HoldsMessage || _now.Snapshot < 0 || _ops.Exists(op => op.ReadsSlot);
        IsBeyond |= Slot is { } held && held.Slot != slot;
        (Slot, HoldsMessage) = (new(slot, _now.Snapshot, m.Origin), true);
    }

    public override void Hold(NeighbourRows rows, long iteration, in Received m)
    {
        var held = new HeldRows(rows.Index, rows.Vectors, iteration);
        IsBeyond |= m.Kind.VectorCount != rows.Vectors || (Rows.IsAny && Rows != held);
        IsBeyond |= _kept >= _now.Messages || (_kept == 0 && Rows.IsAny);
        (Rows, KeptIn, _kept, _unmixed) = (held, rows.Index, _kept + 1, AllOf(held));
    }

    public override void HoldLatest(NeighbourRows rows, in Received m) => IsBeyond = true;

    public override bool IsComplete(NeighbourRows rows, long iteration)
    {
        var row = rows.Index - Rows.First;
        return Rows.IsAny && Rows.Iteration == iteration && row >= 0 && row < Rows.Vectors
            && (_unmixed & (1 << row)) != 0 && (_kept == 0 || KeepsMessages);
    }

    public override void Send(Peer to, in Message message)
    {
        IsBeyond |= to != server;
        NoteSent(in message);
    }

    public override void SendToNeighbours(in Message message, long iteration)
    {
        IsBeyond |= server is not null;
        NoteSent(in message);
    }

    void NoteSent(in Message message)
    {
        var kind = message.Kind;
        IsBeyond |= Sent is not null || kind.VectorCount == 0 || (server is not null && kind.VectorCount > 1);
        var snapshots = (ReadOnlySpan<Snapshot>)[message.Vector, message.Vector1, message.Vector2, message.Vector3];
        Span<int> vectors = stackalloc int[kind.VectorCount];
        var origin = default(Origin);
        for (var i = 0; i < vectors.Length; i++)
        {
            // Their age is that of the first, which alone the receiver sees.
            IsBeyond |= !TryFind(snapshots[i].Index, out vectors[i], out var own) || (i > 0 && own != origin);
            origin = own;
        }
        if (IsBeyond)
            return;
        Sent = new CohortMessage(kind, new VectorNumbers(vectors), origin, message.Body);
        _ops.Add(new(CohortOpKind.Send) { Vector = Sent.Vector, Message = Sent });
    }

    public override ComputationId Compute(in Computation c)
    {
        IsBeyond |= Computation is not null || !c.IsHere || c.Oracle is { IsReduction: true } or { Scalars: > 0 };
        var origin = new Origin(Origin.Unversioned, _now.Time, 0, 0, _now.Time);
        var input = c.Input;
        if (input.Kind == OperandKind.Snapshot && TryFind(input.Index, out var vector, out origin))
            input = new Operand(OperandKind.Vector, vector);
        else if (Slot is { Origin.Version: >= 0 } held && held.Is(input))
            origin = held.Origin;
        var operands = (ReadOnlySpan<Operand>)[input, c.Input1, c.Input2];
        foreach (var operand in operands[..c.Oracle.InputCount])
            IsBeyond |= !IsHere(operand);
        Computation = new CohortComputation(c.Oracle, c.Batch, c.Steps, c.RateStep, c.OptimizerStep)
        {
            KeyNumber = c.Key?.Number,
            Input = input,
            Input1 = c.Input1,
            Input2 = c.Input2,
            Output = c.Output,
            Output1 = c.Output1,
            Output2 = c.Output2,
            Origin = origin,
        };
        _ops.Add(new(CohortOpKind.Compute) { Vector = Computation.Vector, Computation = Computation });
        return new ComputationId(_now.Computations);
    }

    /// <summary>An update rests on what came last, whichever of the instant's events that is.</summary>
    public override void RecordUpdate(long staleness, in Origin origin, Peer of)
    {
        IsBeyond |= !_isLast || origin != _origin || origin.Queue < 0 || staleness < 0 || of != Self;
        _ops.Add(new(CohortOpKind.Update) { Number = staleness });
    }

    // --- not done for all at once ---------------------------------------------------------------------------------

    public override void AddRows(double a, NeighbourRows rows, long iteration, Vector y) => IsBeyond = true;

    public override void Release(NeighbourRows rows, long iteration) => IsBeyond = true;

    public override void WeightedSum(SlotBank slots, ReadOnlySpan<double> weights, Vector y) => IsBeyond = true;

    public override void Copy(Operand x, Fragment y) => IsBeyond = true;

    public override void Scale(double a, Fragment y) => IsBeyond = true;

    public override void Axpy(double a, Operand x, Fragment y) => IsBeyond = true;

    public override void Lerp(double a, Operand x, Fragment y) => IsBeyond = true;

    public override Snapshot Snapshot(Fragment x, long version) => Beyond();

    public override Snapshot Snapshot(Fragment x, in Origin origin) => Beyond();

    public override Snapshot Compress(Codec codec, Operand x, in Origin origin, Vector kept) => Beyond();

    Snapshot Beyond()
    {
        IsBeyond = true;
        return default;
    }

    public override void Compensate(
        double lambda, Operand now, Operand then, Vector g, Vector meanSquare, double keep, double epsilon) =>
        IsBeyond = true;

    public override void ProjectOntoBall(double radius, Vector y) => IsBeyond = true;

    public override void Multiply(Operand m, Operand x, Vector y) => IsBeyond = true;

    public override void Solve(Operand m, Operand b, Vector y) => IsBeyond = true;

    public override void FloorEigenvalues(double floor, Vector m) => IsBeyond = true;

    public override void Hold(Slot slot, Snapshot own) => IsBeyond = true;

    public override void Release(Slot slot) => IsBeyond = true;

    public override void Move(int node) => IsBeyond = true;

    public override void Cancel(ComputationId computation) => IsBeyond = true;

    public override void Cancel(TimerId timer) => IsBeyond = true;

    public override void RecordWaste(WasteReason reason, in Received m) => IsBeyond = true;

    public override void Stop() => IsBeyond = true;

    public override TimerId SetTimer(VirtualTime delay, int tag)
    {
        IsBeyond = true;
        return default;
    }
}
