using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Cohorts;

/// <summary>An operation on vectors that every agent of a cohort does with its own.</summary>
readonly record struct CohortOp(CohortOpKind Kind, double Factor, Operand X, int Y);

enum CohortOpKind : byte
{
    Copy,
    Fill,
    Scale,
    Axpy,
}

/// <summary>A computation that every agent of a cohort asks for at its own place.</summary>
sealed record CohortComputation(Oracle Oracle, int Batch, int Steps, long RateStep, long OptimizerStep)
{
    /// <summary>The number of the batch key; null for the default key.</summary>
    public long? KeyNumber { get; init; }

    public Operand Input { get; init; }

    public Operand Input1 { get; init; }

    public Operand Input2 { get; init; }

    public Vector Output { get; init; }

    public Vector Output1 { get; init; }

    public Vector Output2 { get; init; }

    /// <summary>That of the agent at a place.</summary>
    public Computation At(int place) => new(Oracle, place, Batch)
    {
        Steps = Steps,
        RateStep = RateStep,
        OptimizerStep = OptimizerStep,
        Key = KeyNumber is { } number ? new BatchKey(place, number) : null,
        Input = Input,
        Input1 = Input1,
        Input2 = Input2,
        Output = Output,
        Output1 = Output1,
        Output2 = Output2,
    };
}

/// <summary>A message of one vector that every agent of a cohort sends to the server.</summary>
sealed record CohortMessage(MessageKind Kind, int Vector, Origin Origin, Scalars Scalars);

/// <summary>The scalars of a message.</summary>
readonly record struct Scalars(double First, double Second, double Third, double Fourth)
{
    public double this[int i] => i switch
    {
        0 => First,
        1 => Second,
        2 => Third,
        _ => Fourth,
    };

    public static Scalars Of(in Message m) => new(m.Scalar, m.Scalar1, m.Scalar2, m.Scalar3);
}

/// <summary>
/// Notes what a handler of the first agent of a cohort asks for, to be done for all of them. What cannot be done for
/// all at once makes it <see cref="IsBeyond"/>.
/// </summary>
sealed class CohortScript(Peer first, Peer server) : Effects
{
    readonly List<CohortOp> _ops = [];
    readonly List<(int Vector, Origin Origin)> _snapshots = [];
    long _now;
    long _computations;

    public IReadOnlyList<CohortOp> Ops => _ops;

    /// <summary>The slot that keeps the message, if any.</summary>
    public Slot? HeldSlot { get; private set; }

    public CohortComputation? Computation { get; private set; }

    public CohortMessage? Sent { get; private set; }

    /// <summary>Whether something was asked for that is not done for all at once; the notes are void.</summary>
    public bool IsBeyond { get; private set; }

    /// <summary>Begins a handler.</summary>
    /// <param name="now">When, in ns.</param>
    /// <param name="computations">How many computations each agent has requested before.</param>
    public void Begin(long now, long computations)
    {
        _ops.Clear();
        _snapshots.Clear();
        (_now, _computations, HeldSlot, Computation, Sent, IsBeyond) = (now, computations, null, null, null, false);
    }

    public override Peer Self => first;

    public override int Index => 0;

    public override int Place => 0;

    public override void Copy(Operand x, Vector y) => Note(new(CohortOpKind.Copy, 0, x, y.Index));

    public override void Fill(double value, Vector y) => Note(new(CohortOpKind.Fill, value, y, y.Index));

    public override void Scale(double a, Vector y) => Note(new(CohortOpKind.Scale, a, y, y.Index));

    public override void Axpy(double a, Operand x, Vector y) => Note(new(CohortOpKind.Axpy, a, x, y.Index));

    // What is frozen keeps its contents.
    void Note(in CohortOp op)
    {
        IsBeyond |= op.X.Kind == OperandKind.Snapshot || Computation is not null;
        foreach (var (vector, _) in _snapshots)
            IsBeyond |= vector == op.Y;
        _ops.Add(op);
    }

    public override Snapshot Snapshot(Vector x, long version) => Snapshot(x, new Origin(version, _now, 0, 0, _now));

    public override Snapshot Snapshot(Vector x, in Origin origin)
    {
        _snapshots.Add((x.Index, origin));
        return new Snapshot(_snapshots.Count - 1);
    }

    public override void Hold(Slot slot, in Received m)
    {
        IsBeyond |= HeldSlot is not null;
        HeldSlot = slot;
    }

    public override void Send(Peer to, in Message message)
    {
        IsBeyond |= Sent is not null || Computation is not null || to != server || message.Kind.VectorCount != 1
            || message.Vector.Index < 0;
        if (IsBeyond)
            return;
        var (vector, origin) = _snapshots[message.Vector.Index];
        Sent = new CohortMessage(message.Kind, vector, origin, Scalars.Of(in message));
    }

    public override ComputationId Compute(in Computation c)
    {
        var operands = (ReadOnlySpan<Operand>)[c.Input, c.Input1, c.Input2];
        IsBeyond |= Computation is not null || Sent is not null || c.Place != 0 || (c.Key is { } key && key.Agent != 0)
            || c.Oracle is { IsReduction: true } or { Scalars: > 0 } || c.Oracle.InputCount == 0;
        foreach (var operand in operands[..c.Oracle.InputCount])
            IsBeyond |= operand.Kind == OperandKind.Snapshot;
        Computation = new CohortComputation(c.Oracle, c.Batch, c.Steps, c.RateStep, c.OptimizerStep)
        {
            KeyNumber = c.Key?.Number,
            Input = c.Input,
            Input1 = c.Input1,
            Input2 = c.Input2,
            Output = c.Output,
            Output1 = c.Output1,
            Output2 = c.Output2,
        };
        return new ComputationId(_computations);
    }

    public override void Lerp(double a, Operand x, Vector y) => IsBeyond = true;

    public override void Mix(NeighbourRows rows, long iteration, Operand self, Vector y) => IsBeyond = true;

    public override void Step(
        Optimizer optimizer, double rate, long number, Operand gradient, Vector x, Vector state0, Vector state1) =>
        IsBeyond = true;

    public override void Compensate(
        double lambda, Operand now, Operand then, Vector g, Vector meanSquare, double keep, double epsilon) =>
        IsBeyond = true;

    public override void ProjectOntoBall(double radius, Vector y) => IsBeyond = true;

    public override void Multiply(Operand m, Operand x, Vector y) => IsBeyond = true;

    public override void Solve(Operand m, Operand b, Vector y) => IsBeyond = true;

    public override void FloorEigenvalues(double floor, Vector m) => IsBeyond = true;

    public override void Hold(Slot slot, Snapshot own) => IsBeyond = true;

    public override void Release(Slot slot) => IsBeyond = true;

    public override void Hold(NeighbourRows rows, long iteration, in Received m) => IsBeyond = true;

    public override void SendToNeighbours(MessageKind kind, Snapshot vector, long iteration) => IsBeyond = true;

    public override void Move(int node) => IsBeyond = true;

    public override void Cancel(ComputationId computation) => IsBeyond = true;

    public override void Cancel(TimerId timer) => IsBeyond = true;

    public override void RecordUpdate(long staleness, in Origin origin, Peer of) => IsBeyond = true;

    public override void Stop() => IsBeyond = true;

    public override TimerId SetTimer(VirtualTime delay, int tag)
    {
        IsBeyond = true;
        return default;
    }

    public override int Held(NeighbourRows rows, long iteration) => throw NotAlike();

    public override Span<double> Numbers(Table table) => throw NotAlike();

    public override double Uniform() => throw NotAlike();

    public override int Below(int n) => throw NotAlike();

    static InvalidOperationException NotAlike() =>
        new("a program that says it acts alike reads what is different at every agent: a table, rows or a draw");
}
