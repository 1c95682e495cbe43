using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Scripts;

enum CohortOpKind : byte
{
    /// <summary>y := W_ii y + the sum of W_ij y_j over the rows held of an iteration, which are released.</summary>
    Mix,

    /// <summary>y := x.</summary>
    Copy,

    /// <summary>y := a in every coordinate.</summary>
    Fill,

    /// <summary>y := a y.</summary>
    Scale,

    /// <summary>y := y + a x.</summary>
    Axpy,

    /// <summary>y := (1 - a) y + a x.</summary>
    Lerp,

    /// <summary>y takes a step of an optimizer along x, at rate a.</summary>
    Step,

    /// <summary>A computation is requested.</summary>
    Compute,

    /// <summary>A message with y goes to every out-neighbour, or to the server.</summary>
    Send,

    /// <summary>An update is recorded.</summary>
    Update,
}

/// <summary>One thing that a handler asks for, and that every agent of a cohort does with its own.</summary>
readonly record struct CohortOp(CohortOpKind Kind)
{
    /// <summary>y: what is written, or sent.</summary>
    public int Vector { get; init; }

    /// <summary>x: what is read.</summary>
    public Operand X { get; init; }

    /// <summary>a.</summary>
    public double Factor { get; init; }

    /// <summary>The iteration whose matrix mixes, the number of a step, or the staleness of an update.</summary>
    public long Number { get; init; }

    public Optimizer? Optimizer { get; init; }

    /// <summary>States of the optimizer; -1 for none.</summary>
    public int State0 { get; init; }

    public int State1 { get; init; }

    public CohortComputation? Computation { get; init; }

    public CohortMessage? Message { get; init; }

    /// <summary>Whether its x is a vector.</summary>
    public bool Reads(int vector) => X.Kind == OperandKind.Vector && X.Index == vector;

    /// <summary>Whether it changes a vector.</summary>
    public bool Writes(int vector) => Kind switch
    {
        CohortOpKind.Compute or CohortOpKind.Send or CohortOpKind.Update => false,
        CohortOpKind.Step => Vector == vector || State0 == vector || State1 == vector,
        _ => Vector == vector,
    };
}

/// <summary>A computation that every agent of a cohort asks for where it is.</summary>
/// <param name="Oracle">What to compute.</param>
/// <param name="Batch">Samples per batch; 0 for all of the place.</param>
/// <param name="Steps">Steps of local training.</param>
/// <param name="RateStep">Which step of the rates the first one is.</param>
/// <param name="OptimizerStep">How many steps the optimizer's state has made before.</param>
sealed record CohortComputation(Oracle Oracle, int Batch, int Steps, long RateStep, long OptimizerStep)
{
    /// <summary>The number of the key of the place; null for the agent's own key.</summary>
    public long? KeyNumber { get; init; }

    public Operand Input { get; init; }

    public Operand Input1 { get; init; }

    public Operand Input2 { get; init; }

    public Vector Output { get; init; }

    public Vector Output1 { get; init; }

    public Vector Output2 { get; init; }

    /// <summary>What the first input rests on, where it is a vector of the agent.</summary>
    public Origin Origin { get; init; }

    /// <summary>The request of one of them.</summary>
    public Computation Request => new(Oracle, Batch)
    {
        Steps = Steps,
        RateStep = RateStep,
        OptimizerStep = OptimizerStep,
        Key = KeyNumber is { } number ? BatchKey.OfPlace(number) : null,
        Input = Input,
        Input1 = Input1,
        Input2 = Input2,
        Output = Output,
        Output1 = Output1,
        Output2 = Output2,
    };
}

/// <summary>A message of one vector that every agent of a cohort sends.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Vector">The vector.</param>
/// <param name="Origin">What it rests on.</param>
/// <param name="Body">Its body.</param>
sealed record CohortMessage(MessageKind Kind, int Vector, Origin Origin, MessageBody Body)
{
    /// <summary>That of one of them.</summary>
    /// <param name="vector">Its vector.</param>
    public Message With(Snapshot vector) =>
        new(Kind) { Vector = vector, Body = Body, HasBody = Kind.BodyBytes > 0 };
}
